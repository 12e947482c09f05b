// Codec and conversion alone: no socket, no handle.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "driver/convert/from_c.h"
#include "driver/convert/to_c.h"
#include "driver/tables/sql_type.h"
#include "wire/frame.h"
#include "wire/request.h"
#include "wire/rows.h"

namespace {

using namespace dqlite;

constexpr std::array<std::string_view, 5> names{"i", "r", "t20", "t100", "b16"};
constexpr std::string_view text20 = "00000000000000012345";

std::array<wire::Value, 5> row_of(const std::string& text100) {
    return {wire::Value::integer(12345), wire::Value::real(0.5), wire::Value::text(text20),
            wire::Value::text(text100), wire::Value::blob(text20.substr(0, 16))};
}

void decode_rows(benchmark::State& state) {
    const std::string text100(100, 'x');
    wire::RowsWriter writer{names};
    constexpr int rows = 24;  // what a server puts into a frame of 4 KiB
    for (int i = 0; i < rows; ++i) writer.row(row_of(text100));
    const wire::Buffer bytes = writer.finish();
    wire::Frame frame;
    std::size_t size = 0;
    if (wire::parse_frame(bytes, wire::Limits{}, frame, size) != wire::Errc::ok) {
        state.SkipWithError("no frame");
        return;
    }
    wire::RowsCursor cursor;
    std::array<wire::Value, 5> values;
    for (auto _ : state) {
        if (cursor.open(frame, wire::Limits{}) != wire::Errc::ok) state.SkipWithError("no rows");
        while (cursor.next(values) == wire::RowsCursor::Step::row) {
            benchmark::DoNotOptimize(values);
        }
    }
    state.SetItemsProcessed(state.iterations() * rows * 5);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(decode_rows);

void encode_exec(benchmark::State& state) {
    const std::vector<wire::Value> parameters(static_cast<std::size_t>(state.range(0)),
                                              wire::Value::text(text20));
    wire::Buffer out;
    for (auto _ : state) {
        out.clear();
        if (wire::encode(wire::Exec{.parameters = parameters}, out) != wire::Errc::ok) {
            state.SkipWithError("not encoded");
        }
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(encode_exec)->Arg(2)->Arg(200)->Arg(2000);

void convert_to_c(benchmark::State& state, const wire::Value& value, SQLSMALLINT sql_type,
                  SQLSMALLINT c_type) {
    const odbc::SqlType type{.concise = sql_type};
    std::array<char, 512> buffer{};
    SQLLEN length = 0;
    const odbc::CTarget target{.c_type = c_type,
                               .data = buffer.data(),
                               .capacity = static_cast<SQLLEN>(buffer.size()),
                               .octet_length = &length,
                               .indicator = &length};
    const auto convert = odbc::resolve_to_c(type, c_type);
    for (auto _ : state) {
        benchmark::DoNotOptimize(convert(value, type, target, nullptr));
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(convert_to_c, integer_to_sbigint, wire::Value::integer(12345), SQL_BIGINT,
                  SQL_C_SBIGINT);
BENCHMARK_CAPTURE(convert_to_c, real_to_double, wire::Value::real(0.5), SQL_DOUBLE, SQL_C_DOUBLE);
BENCHMARK_CAPTURE(convert_to_c, text_to_char, wire::Value::text(text20), SQL_WVARCHAR, SQL_C_CHAR);
BENCHMARK_CAPTURE(convert_to_c, ascii_to_wchar, wire::Value::text(text20), SQL_WVARCHAR,
                  SQL_C_WCHAR);
BENCHMARK_CAPTURE(convert_to_c, umlauts_to_wchar, wire::Value::text("äöüßäöüßäöüßäöüßäöüß"),
                  SQL_WVARCHAR, SQL_C_WCHAR);
BENCHMARK_CAPTURE(convert_to_c, blob_to_binary, wire::Value::blob(text20), SQL_VARBINARY,
                  SQL_C_BINARY);
BENCHMARK_CAPTURE(convert_to_c, integer_to_char, wire::Value::integer(12345), SQL_BIGINT,
                  SQL_C_CHAR);
BENCHMARK_CAPTURE(convert_to_c, text_to_timestamp, wire::Value::iso8601("2024-02-29 12:34:56.789"),
                  SQL_TYPE_TIMESTAMP, SQL_C_TYPE_TIMESTAMP);

void convert_from_c(benchmark::State& state, SQLSMALLINT c_type, SQLSMALLINT sql_type,
                    const void* data, SQLLEN length) {
    const odbc::CSource source{
        .c_type = c_type, .sql_type = sql_type, .column_size = 100, .data = data, .length = length};
    wire::Value value;
    std::string storage;
    for (auto _ : state) {
        storage.clear();
        benchmark::DoNotOptimize(odbc::from_c(source, value, storage));
    }
    state.SetItemsProcessed(state.iterations());
}
constexpr std::int64_t number = 12345;
constexpr std::array<SQLWCHAR, 8> wide{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'};
BENCHMARK_CAPTURE(convert_from_c, sbigint_to_bigint, SQL_C_SBIGINT, SQL_BIGINT, &number, 8);
BENCHMARK_CAPTURE(convert_from_c, char_to_varchar, SQL_C_CHAR, SQL_VARCHAR, text20.data(), 20);
BENCHMARK_CAPTURE(convert_from_c, wchar_to_wvarchar, SQL_C_WCHAR, SQL_WVARCHAR, wide.data(), 16);

}  // namespace
