// The conformance program: what ODBC 3.8 asks of a driver, asked of any driver.
#include <algorithm>
#include <cstdio>
#include <map>

#include "tests/conformance/framework/run.h"

namespace {

using namespace conformance;

constexpr const char* usage =
    "usage: conformance DIALECT CONNECTION-STRING [PREFIX…]\n"
    "       conformance --list\n\n"
    "  DIALECT  dqlite, sqlite or postgresql: names of types and the like\n"
    "  PREFIX   only checks whose names (area.id) begin so\n\n"
    "A line a check: name, pass | refused | fail, what was seen, by tabs. Then, after a line '#', "
    "a\n"
    "line an area. Exit code 0 if none failed, 1 if some did, 2 for bad arguments.\n";

struct Tally {
    int pass = 0;
    int refused = 0;
    int fail = 0;

    void add(Result result) {
        ++(result == Result::pass ? pass : result == Result::refused ? refused : fail);
    }
};

bool is_wanted(const std::string& name, const std::vector<std::string>& prefixes) {
    const auto matches = [&](const std::string& prefix) { return name.starts_with(prefix); };
    return prefixes.empty() || std::ranges::any_of(prefixes, matches);
}

/// A driver's text on one line, without what separates fields.
std::string one_line(std::string text) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < ' '; }, ' ');
    return text;
}

void list() {
    for (const auto& area : all_checks()) {
        for (const auto& check : area.checks) {
            std::printf("%s.%s\t%s\n", area.name.c_str(), check.id.c_str(), check.text.c_str());
        }
    }
}

int run(const Target& target, const std::vector<std::string>& prefixes) {
    std::map<std::string, Tally> tallies;
    for (const auto& area : all_checks()) {
        for (const auto& check : area.checks) {
            const auto name = area.name + "." + check.id;
            if (!is_wanted(name, prefixes)) continue;
            const auto [result, seen] = run_apart(check, target);
            std::printf("%s\t%s\t%s\n", name.c_str(), conformance::name(result).data(),
                        one_line(seen).c_str());
            std::fflush(stdout);
            tallies[area.name].add(result);
        }
    }
    std::printf("#\n");
    bool failed = false;
    for (const auto& [area, tally] : tallies) {
        std::printf("%s\t%d pass\t%d refused\t%d fail\n", area.c_str(), tally.pass, tally.refused,
                    tally.fail);
        failed = failed || tally.fail > 0;
    }
    return failed || tallies.empty() ? 1 : 0;
}

}  // namespace

int main(int count, char** values) {
    const std::vector<std::string> arguments(values + 1, values + count);
    if (arguments == std::vector<std::string>{"--list"}) {
        list();
        return 0;
    }
    const auto* const dialect = arguments.size() < 2 ? nullptr : find_dialect(arguments[0]);
    if (dialect == nullptr) {
        std::fputs(usage, stderr);
        return 2;
    }
    return run({arguments[1], dialect}, {arguments.begin() + 2, arguments.end()});
}
