// Types of columns nobody declared, from the values of the first frame (design §2.5).
#include <algorithm>
#include <array>

#include "driver/describe/schema_mirror.h"

namespace dqlite::odbc {
namespace {

using wire::Value;
using wire::ValueType;

/// The storage classes seen in one column; NULL counts for nothing.
class Seen {
  public:
    void add(const Value& value) noexcept {
        kinds_ |= bit(value.type());
        if (value.type() == ValueType::boolean) {
            beyond_bit_ |= value.as_integer() != 0 && value.as_integer() != 1;
        }
    }

    [[nodiscard]] SqlType type(const TypeOptions& options) const {
        const unsigned kinds = kinds_ & ~bit(ValueType::null);
        SqlType type = long_text_type(options);
        if (const std::string_view name = common_name(kinds); !name.empty()) {
            static_cast<void>(type_of_declaration(name, options, type));
        }
        return type;
    }

  private:
    [[nodiscard]] static constexpr unsigned bit(ValueType type) noexcept {
        return 1U << static_cast<unsigned>(type);
    }

    /// The declaration all of `kinds` fit; empty for long text, which takes anything.
    [[nodiscard]] std::string_view common_name(unsigned kinds) const noexcept {
        const auto only = [kinds](unsigned allowed) {
            return kinds != 0 && (kinds & ~allowed) == 0;
        };
        constexpr unsigned integers = bit(ValueType::integer) | bit(ValueType::boolean);
        if (only(bit(ValueType::boolean)) && !beyond_bit_) return "BOOLEAN";
        if (only(integers)) return "BIGINT";
        if (only(integers | bit(ValueType::real))) return "DOUBLE";
        if (only(bit(ValueType::unix_time) | bit(ValueType::iso8601))) return "TIMESTAMP";
        if (only(bit(ValueType::blob))) return "BLOB";
        return {};
    }

    unsigned kinds_ = 0;
    bool beyond_bit_ = false;
};

}  // namespace

void type_columns_by_values(Description& description, const client::RowStream& rows,
                            const TypeOptions& options, std::size_t hidden) {
    std::vector<ColumnDescription>& columns = description.columns;
    const std::size_t count = rows.column_count() - hidden;
    if (columns.size() != count) {
        columns.assign(count, {});
        for (std::size_t i = 0; i < columns.size(); ++i) {
            columns[i].name = rows.column_names()[i];
            columns[i].inferred = true;
        }
    }
    if (std::none_of(columns.begin(), columns.end(), [](const auto& c) { return c.inferred; })) {
        return;
    }
    std::vector<Seen> seen(columns.size());
    rows.peek_first_frame([&seen](std::span<const Value> row) {
        for (std::size_t i = 0; i < std::min(row.size(), seen.size()); ++i) seen[i].add(row[i]);
    });
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].inferred) columns[i].type = seen[i].type(options);
    }
    description.has_rows = !columns.empty();
}

}  // namespace dqlite::odbc
