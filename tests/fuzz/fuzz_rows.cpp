// The cursor over a ROWS body. The first byte is the schema, the rest is the body. A body that is
// read to its end must give the same rows once written again.
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <vector>

#include "wire/rows.h"

namespace {

using namespace dqlite::wire;
using Step = RowsCursor::Step;

void require(bool condition) {
    if (!condition) std::abort();
}

void require_inside(Bytes body, std::string_view v) {
    const auto* first = reinterpret_cast<const std::byte*>(v.data());
    const std::less_equal<> in_order;
    require(in_order(body.data(), first) && in_order(first + v.size(), body.data() + body.size()));
}

bool holds_bytes(const Value& v) {
    return v.holds_text() || v.type() == ValueType::blob;
}

bool same(const Value& a, const Value& b) {
    if (a.type() != b.type()) return false;
    if (holds_bytes(a)) return a.as_bytes() == b.as_bytes();
    if (a.is_null()) return true;
    if (a.type() != ValueType::real) return a.as_integer() == b.as_integer();
    return std::bit_cast<std::uint64_t>(a.as_real()) == std::bit_cast<std::uint64_t>(b.as_real());
}

struct Result {
    std::vector<std::string_view> names;
    std::vector<Value> values;
    Step last = Step::malformed;
};

Result read(const Frame& frame) {
    Result out;
    RowsCursor cursor;
    if (cursor.open(frame, {}) != Errc::ok) {
        require(cursor.next({}) == Step::malformed);
        return out;
    }
    out.names.assign(cursor.column_names().begin(), cursor.column_names().end());
    for (const auto name : out.names) require_inside(frame.body, name);
    std::vector<Value> row(cursor.column_count());
    while ((out.last = cursor.next(row)) == Step::row) {
        for (const auto& v : row) {
            if (holds_bytes(v)) require_inside(frame.body, v.as_bytes());
        }
        out.values.insert(out.values.end(), row.begin(), row.end());
    }
    require((out.last == Step::malformed) == (cursor.error() != Errc::ok));
    require(out.values.size() == cursor.rows_read() * cursor.column_count());
    require(out.last != Step::done || cursor.ends_result());
    return out;
}

void write_again(const Result& first) {
    RowsWriter writer{first.names};
    const auto columns = first.names.size();
    for (std::size_t at = 0; at < first.values.size(); at += columns) {
        writer.row(std::span{first.values}.subspan(at, columns));
    }
    const auto bytes = writer.finish(first.last == Step::done);
    Frame frame;
    std::size_t size = 0;
    require(parse_frame(bytes, {}, frame, size) == Errc::ok && size == bytes.size());
    const auto second = read(frame);
    require(second.last == first.last && second.names == first.names);
    require(second.values.size() == first.values.size());
    for (std::size_t i = 0; i < first.values.size(); ++i) {
        require(same(first.values[i], second.values[i]));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const Frame frame{static_cast<std::uint8_t>(ResponseType::rows), data[0],
                      std::as_bytes(std::span{data, size}).subspan(1)};
    const auto result = read(frame);
    if (result.last != Step::malformed) write_again(result);
    return 0;
}
