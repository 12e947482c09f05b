// What a check is, and how one ends: by returning it has passed, else it says what it saw.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

struct Target;

enum class Result : unsigned char {
    pass,     ///< the driver has it, and it is as the specification says
    refused,  ///< the driver does not claim it, and says so with the right SQLSTATE
    fail,
};
[[nodiscard]] std::string_view name(Result result) noexcept;

/// Ends a check early. Only refuse() and fail() throw it.
struct Ending {
    Result result;
    std::string seen;
};
/// The driver does not have it and said so as it should.
[[noreturn]] void refuse(std::string seen);
[[noreturn]] void fail(std::string seen);

struct Check {
    std::string id;    ///< within its area; what `differences` and results are keyed by
    std::string text;  ///< what must hold, in a line
    std::function<void(const Target&)> run;
};

struct AreaOfChecks {
    std::string name;
    std::vector<Check> checks;
};

/// Adds checks to an area. A file of checks has one of these at its end; see README.md.
class Register {
  public:
    Register(std::string_view area, std::vector<Check> checks);
};
/// Everything registered, by area and id. An id that is there twice is a programming error.
[[nodiscard]] std::vector<AreaOfChecks> all_checks();

}  // namespace conformance
