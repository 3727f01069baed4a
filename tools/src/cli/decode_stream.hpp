// SPDX-License-Identifier: Apache-2.0
// Text that comes in pieces, to the decoder: explanations are printed as events are complete.
#pragma once

#include "decode/decoder.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace brig::cli {

struct StreamOptions {
    bool json = false; // one array, at the end
    bool echo =
        false; // pass the text on, and print explanations behind the line that completed them
};

class DecodeStream {
public:
    // `knowledge` has to outlive it.
    DecodeStream(const decode::Knowledge& knowledge, const decode::SourceFiles& files,
                 const StreamOptions& options);

    void feed(std::string_view text);
    // Nothing came for a while: what is open is complete.
    void pause();
    // The end. Returns whether anything was recognised.
    bool finish();

    // Reads a file descriptor to its end, with pauses where it has pauses. Throws Error; `name` is
    // for its text.
    void read_all(int descriptor, const std::string& name);

private:
    decode::Decoder decoder_;
    StreamOptions options_;
    bool colour_;
    bool found_ = false;
    bool at_line_start_ = true; // of what was passed on
    std::string line_;
    nlohmann::ordered_json array_ = nlohmann::ordered_json::array();

    void pass_on(std::string_view text);
    void print(const std::vector<decode::Explained>& events);
};

// What is built in, with the files of the machine, the user and the command line: the later wins.
// Throws Error.
decode::Knowledge read_knowledge(const std::vector<std::string>& files);

} // namespace brig::cli
