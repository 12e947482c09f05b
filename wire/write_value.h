// The one place that knows how a value is laid out when written: parameters and rows share it.
// Private to the layer.
#pragma once

#include <cstdint>

#include "wire/value.h"

namespace dqlite::wire {

/// `sink` is a Writer, or anything that takes the same calls.
template <class Sink>
void write_value(Sink& sink, const Value& v) {
    switch (v.type()) {
        case ValueType::integer:
        case ValueType::boolean:
        case ValueType::unix_time:
            sink.u64(static_cast<std::uint64_t>(v.as_integer()));
            break;
        case ValueType::real:
            sink.f64(v.as_real());
            break;
        case ValueType::text:
        case ValueType::iso8601:
            sink.text(v.as_bytes());
            break;
        case ValueType::blob:
            sink.blob(v.as_bytes());
            break;
        case ValueType::null:
            sink.u64(0);
            break;
    }
}

}  // namespace dqlite::wire
