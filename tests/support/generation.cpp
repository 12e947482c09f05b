#include "tests/support/generation.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace dqlite::test {

namespace {

namespace fs = std::filesystem;

constexpr std::array all = {ServerGeneration::debian12, ServerGeneration::trixie,
                            ServerGeneration::sid};

/// Where setup/other-suite-libdqlite puts a suite.
fs::path tree(ServerGeneration generation) {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    const fs::path base = cache != nullptr && *cache != '\0'
                              ? fs::path{cache}
                              : fs::path{home != nullptr ? home : "/root"} / ".cache";
    return base / "dqlite-odbc" / name(generation);
}

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "DQLITE_TEST_GENERATIONS: %s\n", why.c_str());
    std::exit(2);
}

ServerGeneration parse(const std::string& word) {
    for (const ServerGeneration generation : all) {
        if (word == name(generation)) {
            if (!is_available(generation)) {
                give_up(word + " is not unpacked: run " DQLITE_UNPACK_SCRIPT " " + word);
            }
            return generation;
        }
    }
    give_up("'" + word + "' is none of debian12, trixie, sid");
}

std::vector<ServerGeneration> read_generations() {
    std::vector<ServerGeneration> out;
    if (const char* wanted = std::getenv("DQLITE_TEST_GENERATIONS"); wanted != nullptr) {
        std::istringstream words{wanted};
        for (std::string word; words >> word;) {
            out.push_back(parse(word));
        }
    }
    if (out.empty()) {
        out.push_back(ServerGeneration::debian12);
        if (is_available(ServerGeneration::trixie)) {
            out.push_back(ServerGeneration::trixie);
        }
    }
    return out;
}

}  // namespace

const char* name(ServerGeneration generation) noexcept {
    switch (generation) {
        case ServerGeneration::debian12:
            return "debian12";
        case ServerGeneration::trixie:
            return "trixie";
        case ServerGeneration::sid:
            return "sid";
    }
    return "unknown";
}

bool is_available(ServerGeneration generation) {
    return generation == ServerGeneration::debian12 || fs::exists(tree(generation) / ".complete");
}

const std::vector<ServerGeneration>& generations() {
    static const std::vector<ServerGeneration> list = read_generations();
    return list;
}

std::vector<std::string> launcher(ServerGeneration generation) {
    if (generation == ServerGeneration::debian12) {
        return {};
    }
    for (const auto& entry : fs::recursive_directory_iterator(tree(generation) / "usr" / "lib")) {
        if (entry.path().filename() != "libdqlite.so.0") {
            continue;
        }
        const fs::path libraries = entry.path().parent_path();
        for (const auto& file : fs::directory_iterator(libraries)) {
            if (file.path().filename().string().starts_with("ld-linux")) {
                return {file.path(), "--library-path", libraries};
            }
        }
    }
    give_up(std::string{"no libdqlite in "} + tree(generation).string());
}

}  // namespace dqlite::test
