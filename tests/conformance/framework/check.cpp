#include "tests/conformance/framework/check.h"

#include <algorithm>
#include <map>

namespace conformance {
namespace {

/// A function's own static: files of checks register themselves before main().
std::map<std::string, std::vector<Check>>& registry() {
    static std::map<std::string, std::vector<Check>> areas;
    return areas;
}

}  // namespace

std::string_view name(Result result) noexcept {
    switch (result) {
        case Result::pass:
            return "pass";
        case Result::refused:
            return "refused";
        case Result::fail:
            return "fail";
    }
    return "fail";
}

void refuse(std::string seen) {
    throw Ending{Result::refused, std::move(seen)};
}

void fail(std::string seen) {
    throw Ending{Result::fail, std::move(seen)};
}

Register::Register(std::string_view area, std::vector<Check> checks) {
    auto& known = registry()[std::string{area}];
    std::ranges::move(checks, std::back_inserter(known));
}

std::vector<AreaOfChecks> all_checks() {
    std::vector<AreaOfChecks> areas;
    for (auto [area, checks] : registry()) {
        std::ranges::sort(checks, {}, &Check::id);
        const auto twice = std::ranges::adjacent_find(checks, {}, &Check::id);
        if (twice != checks.end()) throw std::logic_error{"two checks " + area + "." + twice->id};
        areas.push_back({area, std::move(checks)});
    }
    return areas;
}

}  // namespace conformance
