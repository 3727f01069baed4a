// SPDX-License-Identifier: Apache-2.0
#include "cli/cell.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace brig::cli {

LoadRequest parse_load(const std::vector<std::string>& words) {
    LoadRequest request;
    size_t next = 0;
    auto value_of = [&](const std::string& option) {
        if (++next >= words.size())
            fail("reading the command line: {} needs a value; see `brig cell load --help`", option);
        return words[next];
    };

    bool force_name = !words.empty() && words[0] == "--name";
    next = force_name ? 1 : 0;
    if (next >= words.size())
        fail("reading the command line: the cell is missing; see `brig cell load --help`");
    request.cell = device::parse_cell_ref(words[next], force_name);

    for (next++; next < words.size(); next++) {
        const std::string& word = words[next];
        if (word == "-a" || word == "--address") {
            std::string text = value_of(word);
            auto address = parse_number(text);
            if (!address)
                fail("reading the command line: \"{}\" is no address", text);
            if (request.images.empty())
                fail("reading the command line: {} {} stands before any image: it belongs behind "
                     "the one it is for",
                     word, text);
            request.images.back().address = *address;
        } else if (word == "-s" || word == "--string") {
            std::string text = value_of(word);
            Bytes content(text.begin(), text.end());
            content.push_back(0);
            request.images.push_back({fmt::format("the text \"{}\"", text), content});
        } else if (word.size() > 1 && word[0] == '-') {
            fail("reading the command line: there is no option {}; see `brig cell load --help`",
                 word);
        } else {
            request.images.push_back({word, read_file(word, "image")});
        }
    }
    if (request.images.empty())
        fail("reading the command line: no image to load into {}; see `brig cell load --help`",
             request.cell.text());
    return request;
}

} // namespace brig::cli
