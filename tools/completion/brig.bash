# SPDX-License-Identifier: Apache-2.0
# bash completion for brig: source it, or install it as
# /usr/share/bash-completion/completions/brig.

_brig_cells() {
    local dir
    for dir in /sys/devices/{brig,jailhouse}/cells/[1-9]*/name; do
        [ -r "$dir" ] && cat "$dir"
    done
}

# Adds files whose names end in one of the given suffixes, and directories.
_brig_files() {
    local IFS=$'\n' suffix
    compopt -o filenames
    COMPREPLY+=($(compgen -d -- "$cur"))
    for suffix; do
        COMPREPLY+=($(compgen -f -X "!*$suffix" -- "$cur"))
    done
}

_brig_words() {
    COMPREPLY+=($(compgen -W "$*" -- "$cur"))
}

_brig_cell() {
    case $1 in
        '') _brig_words create load start shutdown destroy list stats --help ;;
        create) _brig_files .cell; _brig_words --help ;;
        list) _brig_words --json --help ;;
        start | shutdown | destroy) _brig_words "$(_brig_cells)" --name --help ;;
        stats) _brig_words "$(_brig_cells)" --name --once --json --help ;;
        load)
            case $prev in
                load | --name) _brig_words "$(_brig_cells)" --name -a -s --address --string --help ;;
                -a | --address | -s | --string) ;;
                *) _brig_files .bin ''; _brig_words -a -s --address --string ;;
            esac
            ;;
    esac
}

_brig_config() {
    case $prev in
        -o | --output | --include) compopt -o filenames; COMPREPLY=($(compgen -d -- "$cur")); return ;;
        --dtc | --depfile) compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    esac
    case $1 in
        '') _brig_words compile dump check import --help ;;
        compile) _brig_files .dts .dtb; _brig_words -o --output --board --dtc --include --depfile --help ;;
        import) _brig_files .cell; _brig_words -o --output --board --old-stream-ids --dtc --help ;;
        dump | check) _brig_files .cell; _brig_words --json --help ;;
    esac
}

_brig_log() {
    case $prev in
        --file | --save) compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --config) _brig_files .cell; return ;;
        --run) return ;;
    esac
    _brig_words --previous --run -f --follow --json --exits --file --config --save --help
}

_brig_learn() {
    case $prev in
        --from | --board | --kallsyms) compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    esac
    case $1 in
        '') _brig_words on off clear report save --help ;;
        report) _brig_words --from --board --kallsyms --json --help ;;
        save) _brig_files ''; _brig_words --help ;;
        *) _brig_words --help ;;
    esac
}

_brig_trace() {
    case $prev in
        --from | --kallsyms | -o | --output) _brig_files ''; return ;;
        --seconds | --cpu | -n | --count) return ;;
    esac
    case $1 in
        '') _brig_words on off record report list export plot --help ;;
        record) _brig_words -o --output --seconds --kallsyms -q --quiet --help ;;
        report) _brig_words --from --kallsyms --cells --cpu --all --json --help ;;
        list) _brig_words --from --kallsyms -n --count --help ;;
        export | plot) _brig_words --from --kallsyms -o --output --help ;;
        *) _brig_words --help ;;
    esac
}

_brig_port() {
    case $prev in
        --iomem) compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        -o | --output) compopt -o filenames; COMPREPLY=($(compgen -d -- "$cur")); return ;;
        --name) return ;;
    esac
    case $1 in
        '') _brig_words inspect new --help ;;
        inspect) _brig_files .dtb; _brig_words --iomem --json --help ;;
        new) _brig_files .dtb; _brig_words --iomem --name -o --output --help ;;
    esac
}

_brig_rehearse() {
    case $prev in
        -o | --output | --bsp) compopt -o filenames; COMPREPLY=($(compgen -d -- "$cur")); return ;;
        --twin) _brig_files .dtso .dtbo; return ;;
        --partition) _brig_files .dts .dtb; return ;;
        --kernel) _brig_words 6.12 6.1 5.10 5.10-no-vhe; _brig_files ''; return ;;
        --modules) _brig_files .ko; return ;;
        --overlay) _brig_files .dtbo; return ;;
        --board | --memory | --inmate | --rounds) return ;;
    esac
    _brig_files .dtb
    _brig_words --twin --memory -o --output --interactive --json --board --bsp --partition --kernel \
        --modules --inmate --rounds --derive --overlay --help
}

_brig() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} sub=
    COMPREPLY=()
    [ "$COMP_CWORD" -gt 2 ] && sub=${COMP_WORDS[2]}
    if [ "$COMP_CWORD" = 1 ]; then
        _brig_words doctor enable disable console decode cell config learn log map port rehearse trace --help --version
        return
    fi
    case ${COMP_WORDS[1]} in
        doctor) _brig_files .cell; _brig_words --json --list --no-console --root --board --iomem --image --module --kernel-config --help ;;
        decode) _brig_files ''; _brig_words --json --echo --vmlinux --system-map --kallsyms --hypervisor --disassembly --dtb --config --knowledge --esr --list --markdown --help ;;
        enable) _brig_files .cell; _brig_words --force --learn --no-doctor --help ;;
        disable) _brig_words --help ;;
        console) _brig_words -f --follow --decode --help ;;
        cell) _brig_cell "$sub" ;;
        config) _brig_config "$sub" ;;
        map)
            _brig_files .cell .dts .dtb
            _brig_words --format --board --iomem -o --output --title --width --all --dtc --include --help
            ;;
        port) _brig_port "$sub" ;;
        rehearse) _brig_rehearse ;;
        learn) _brig_learn "$sub" ;;
        trace) _brig_trace "$sub" ;;
        log) _brig_log ;;
    esac
}

complete -F _brig brig
