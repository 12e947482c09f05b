// The schema mirror over hostile schemas. Records end with U+0001; the fields of one (type, name,
// table, SQL) with U+0002. The last record is a statement to be described: whatever the schema,
// what would be sent for a query it describes has no column with a declared type.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "driver/describe/describer.h"

namespace {

using namespace dqlite::odbc;

void require(bool condition) {
    if (!condition) std::abort();
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> pieces;
    for (auto end = text.find(at); end != text.npos; end = text.find(at)) {
        pieces.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    pieces.push_back(text);
    return pieces;
}

Schema schema_of(const std::vector<std::string_view>& records) {
    Schema schema;
    for (std::size_t i = 0; i + 1 < records.size(); ++i) {
        auto fields = split(records[i], '\2');
        fields.resize(4);
        auto& rows = i % 8 == 7 ? schema.temp : schema.main;
        rows.push_back({std::string{fields[0]}, std::string{fields[1]}, std::string{fields[2]},
                        std::string{fields[3]}});
    }
    return schema;
}

void require_undeclared(MirrorDatabase& mirror, const std::string& sql) {
    const auto lock = mirror.lock();
    // The statement may just fit a limit that its projection does not.
    const auto prepared = mirror.prepare(sql, MirrorDatabase::QuotedStrings::yes);
    if (!prepared) return;
    for (std::size_t i = 0; i < prepared->column_count(); ++i) {
        require(prepared->column(i).declared_type.empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto records = split({reinterpret_cast<const char*>(data), size}, '\1');
    const auto mirror = MirrorDatabase::load(schema_of(records));
    require(mirror != nullptr);
    for (const auto& statement : dqlite::client::parse_statements(records.back())) {
        const Description description = describe_statement(statement, mirror.get(), {});
        require(description.parameters.size() == statement.parameters);
        require(describe_statement(statement, nullptr, {}).parameters.size() ==
                statement.parameters);
        if (!description.understood || !description.refusal.empty()) continue;
        require_undeclared(*mirror, description.sql.empty() ? statement.sql : description.sql);
    }
    return 0;
}
