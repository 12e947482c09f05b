#include "client/values.h"

#include <fmt/format.h>

#include "client/text.h"

namespace dqlite::client::detail {
namespace {

std::string_view type_name(wire::ValueType type) {
    switch (type) {
        case wire::ValueType::integer:
            return "an integer";
        case wire::ValueType::real:
            return "a real";
        case wire::ValueType::text:
        case wire::ValueType::iso8601:
            return "a text";
        case wire::ValueType::blob:
            return "a blob";
        case wire::ValueType::null:
            return "NULL";
        case wire::ValueType::unix_time:
            return "a time";
        case wire::ValueType::boolean:
            return "a boolean";
    }
    return "of no known type";
}

}  // namespace

Error wrong_type(const wire::Value& value, std::size_t column, std::span<const std::string> names) {
    return {.kind = ErrorKind::invalid,
            .message = fmt::format("column {} (\"{}\") is {}, which the type asked for cannot hold",
                                   column + 1, safe_text(names[column]), type_name(value.type()))};
}

Error wrong_column_count(std::size_t columns, std::size_t types) {
    return {.kind = ErrorKind::invalid,
            .message = fmt::format("the result has {} columns, {} are asked for", columns, types)};
}

}  // namespace dqlite::client::detail
