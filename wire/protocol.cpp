#include "wire/protocol.h"

namespace dqlite::wire {

// A switch without default, so that the compiler names an error that has no phrase.
std::string_view message(Errc error) noexcept {
    switch (error) {
        case Errc::ok:
            return "success";
        case Errc::incomplete:
            return "more bytes are needed";
        case Errc::empty_frame:
            return "frame without a body";
        case Errc::frame_too_large:
            return "frame larger than the limit";
        case Errc::unexpected_type:
            return "response of an unexpected type";
        case Errc::unexpected_schema:
            return "message schema not known";
        case Errc::truncated:
            return "field runs past the end of the body";
        case Errc::unterminated_text:
            return "text without its terminating NUL";
        case Errc::trailing_bytes:
            return "bytes behind the last field";
        case Errc::too_many_columns:
            return "more columns than the body or the limit allows";
        case Errc::bad_value_type:
            return "value of a type outside the protocol";
        case Errc::bad_marker:
            return "rows that do not end in a marker";
        case Errc::bad_node:
            return "node without id or without address";
        case Errc::bad_role:
            return "role outside the protocol";
        case Errc::duplicate_node:
            return "the same node twice";
        case Errc::embedded_nul:
            return "text that holds U+0000";
        case Errc::too_many_parameters:
            return "more parameters than the protocol can carry";
        case Errc::bad_parameter_type:
            return "parameter of a type that cannot be sent";
        case Errc::too_many_items:
            return "more nodes or files than the limit";
        case Errc::bad_file:
            return "file of an impossible size or named twice";
    }
    return "unknown error";
}

}  // namespace dqlite::wire
