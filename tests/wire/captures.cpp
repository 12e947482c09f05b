#include "tests/wire/captures.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace dqlite::wire::test {
namespace {

Buffer from_hex(const std::string& hex) {
    Buffer out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return out;
}

Capture load(const std::filesystem::path& path) {
    Capture out{path.stem().string(), {}};
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) {
        const auto object = nlohmann::json::parse(line);
        out.exchanges.push_back({object.at("name"), from_hex(object.at("request")),
                                 from_hex(object.at("response")), object.at("ended") == "FAILURE"});
    }
    return out;
}

std::vector<Capture> load_all() {
    std::vector<Capture> out;
    for (const auto& entry : std::filesystem::directory_iterator{CAPTURES_FOLDER}) {
        if (entry.path().extension() == ".jsonl") out.push_back(load(entry.path()));
    }
    return out;
}

}  // namespace

const Exchange& Capture::at(const std::string& name) const {
    const auto found = std::find_if(exchanges.begin(), exchanges.end(),
                                    [&](const Exchange& e) { return e.name == name; });
    if (found == exchanges.end()) throw std::out_of_range{server + " has no " + name};
    return *found;
}

const std::vector<Capture>& captures() {
    static const auto all = load_all();
    return all;
}

std::vector<Frame> split(Bytes bytes) {
    std::vector<Frame> out;
    while (!bytes.empty()) {
        Frame frame;
        std::size_t size = 0;
        const auto error = parse_frame(bytes, {}, frame, size);
        if (error != Errc::ok) throw std::runtime_error{std::string{message(error)}};
        out.push_back(frame);
        bytes = bytes.subspan(size);
    }
    return out;
}

}  // namespace dqlite::wire::test
