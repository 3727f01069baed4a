# SPDX-License-Identifier: Apache-2.0
"""How failures end the program."""

import subprocess


class Failure(Exception):
    """Says what was being done, to what, why it failed, and what to do."""


def run(what, *command):
    """Runs a program that must succeed; its output otherwise is the reason."""
    try:
        result = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError as error:
        raise Failure(f'{what}: {command[0]}: {error.strerror}: run scripts/bootstrap') from error
    if result.returncode:
        raise Failure(f'{what}: {command[0]} refused it:\n{result.stdout.strip()}')


def read(path, what):
    try:
        with open(path, 'rb') as file:
            return file.read()
    except OSError as error:
        raise Failure(f'reading the {what} {path}: {error.strerror}') from error


def write(path, content):
    """The whole file or nothing of it."""
    temporary = path.with_name(f'.{path.name}.new')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Failure(f'writing {path}: {error.strerror}') from error
