// Every field of every descriptor: readable ones are read in their width, writable ones take a
// value and give it back, read-only ones say HY091, and an IRD HY016.
#include <array>
#include <optional>

#include "tests/conformance/checks/field_table.h"
#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

constexpr std::array kinds{DescriptorKind::ard, DescriptorKind::apd, DescriptorKind::ird,
                           DescriptorKind::ipd};
constexpr std::array<const char*, 4> kind_names{"ARD", "APD", "IRD", "IPD"};
constexpr std::array<SQLINTEGER, 4> kind_attributes{SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC,
                                                    SQL_ATTR_IMP_ROW_DESC, SQL_ATTR_IMP_PARAM_DESC};

std::size_t index(DescriptorKind kind) {
    return static_cast<std::size_t>(kind);
}

/// A statement with a result column and a parameter, both bound: record 1 is there in each of its
/// descriptors.
class Described {
  public:
    explicit Described(const Target& target)
        : session_{target}, table_{session_, "fv_row", "id INTEGER, name VARCHAR(20)"} {
        table_.fill({"1, 'one'"});
        statement_.emplace(session_);
        statement_->bind_parameter(1, SQL_C_CHAR, SQL_VARCHAR, 20, 0, value_.data(), value_.size(),
                                   &indicator_);
        statement_->direct("SELECT name FROM fv_row WHERE name = ?");
        statement_->bind(1, SQL_C_CHAR, column_.data(), column_.size(), &indicator_);
    }
    [[nodiscard]] Handle descriptor(DescriptorKind kind) const {
        return statement_->descriptor(kind_attributes[index(kind)]);
    }

  private:
    std::array<char, 20> value_{"one"};
    std::array<char, 20> column_{};
    SQLLEN indicator_ = SQL_NTS;
    Session session_;
    Table table_;
    std::optional<Statement> statement_;
};

SQLSMALLINT record_of(const FieldRow& row) {
    return row.header ? 0 : 1;
}

std::size_t width(FieldShape shape) {
    switch (shape) {
        case FieldShape::i16:
            return sizeof(SQLSMALLINT);
        case FieldShape::i32:
        case FieldShape::u32:
            return sizeof(SQLINTEGER);
        default:
            return sizeof(SQLLEN);
    }
}

void get_words(const Handle& descriptor, const FieldRow& row) {
    std::array<char, 256> value;
    value.fill('x');
    SQLINTEGER length = -1;
    descriptor.ok(SQLGetDescField(descriptor.raw, 1, row.id, value.data(), value.size(), &length),
                  "getting it");
    const std::string_view all{value.data(), value.size()};
    expect_equal(length, static_cast<SQLLEN>(all.find('\0')), "length told");
}

void get(const Target& target, const FieldRow& row, DescriptorKind kind) {
    const Described described{target};
    const auto descriptor = described.descriptor(kind);
    if (row.shape == FieldShape::words) return get_words(descriptor, row);
    constexpr unsigned char canary = 0xA5;
    std::array<unsigned char, 64> buffer;
    buffer.fill(canary);
    descriptor.ok(SQLGetDescField(descriptor.raw, record_of(row), row.id, buffer.data(),
                                  static_cast<SQLINTEGER>(width(row.shape)), nullptr),
                  "getting it");
    for (std::size_t i = width(row.shape); i < buffer.size(); ++i) {
        expect(buffer[i] == canary, "byte " + std::to_string(i) + " was written to");
    }
}

/// A value that the field may have beside those of its neighbours.
std::uint64_t value_for(const FieldRow& row) {
    static std::array<SQLULEN, 4> pointed{};
    switch (row.id) {
        case SQL_DESC_CONCISE_TYPE:
        case SQL_DESC_TYPE:
            return SQL_INTEGER;
        case SQL_DESC_PARAMETER_TYPE:
            return SQL_PARAM_INPUT;
        case SQL_DESC_UNNAMED:
            return SQL_UNNAMED;
        case SQL_DESC_DATETIME_INTERVAL_CODE:
            return SQL_CODE_DATE;
        case SQL_DESC_NUM_PREC_RADIX:
            return 10;
        case SQL_DESC_COUNT:
            return 1;
        default:
            break;
    }
    if (row.shape == FieldShape::pointer) {
        return reinterpret_cast<std::uintptr_t>(pointed.data());
    }
    constexpr std::uint64_t small = 4;
    return small;
}

SQLRETURN set_value(const Handle& descriptor, const FieldRow& row) {
    if (row.shape == FieldShape::words) {
        return SQLSetDescField(descriptor.raw, 1, row.id, text("named"), SQL_NTS);
    }
    return SQLSetDescField(descriptor.raw, record_of(row), row.id,
                           reinterpret_cast<SQLPOINTER>(value_for(row)),
                           row.shape == FieldShape::pointer ? SQL_IS_POINTER : 0);
}

/// SQL_DESC_DATETIME_INTERVAL_CODE is of dates and times only.
void prepare_for(const Handle& descriptor, const FieldRow& row) {
    if (row.id != SQL_DESC_DATETIME_INTERVAL_CODE) return;
    constexpr std::uintptr_t type = SQL_TYPE_TIMESTAMP;
    descriptor.ok(SQLSetDescField(descriptor.raw, 1, SQL_DESC_CONCISE_TYPE,
                                  reinterpret_cast<SQLPOINTER>(type), 0),
                  "setting the type");
}

void set(const Target& target, const FieldRow& row, DescriptorKind kind) {
    const Described described{target};
    const auto descriptor = described.descriptor(kind);
    prepare_for(descriptor, row);
    descriptor.ok(set_value(descriptor, row), "setting it");
    if (row.shape == FieldShape::words) {
        std::array<char, 20> value{};
        descriptor.ok(
            SQLGetDescField(descriptor.raw, 1, row.id, value.data(), value.size(), nullptr),
            "getting it");
        return expect_equal(value.data(), "named", "got after it was set");
    }
    std::uint64_t value = 0;
    descriptor.ok(
        SQLGetDescField(descriptor.raw, record_of(row), row.id, &value, sizeof value, nullptr),
        "getting it");
    expect_equal(static_cast<std::int64_t>(value), static_cast<std::int64_t>(value_for(row)),
                 "got after it was set");
}

void refuse_setting(const Target& target, const FieldRow& row, DescriptorKind kind) {
    const Described described{target};
    const auto descriptor = described.descriptor(kind);
    const auto* const states = kind == DescriptorKind::ird ? "HY016 HY091" : "HY091";
    descriptor.fails(set_value(descriptor, row), states, "setting it");
}

/// Setting SQL_DESC_DATA_PTR in an IPD asks for a consistency check; the field does not keep it.
void check_consistency(const Target& target) {
    const Described described{target};
    const auto ipd = described.descriptor(DescriptorKind::ipd);
    SQLULEN anything = 0;
    ipd.ok(SQLSetDescField(ipd.raw, 1, SQL_DESC_DATA_PTR, &anything, SQL_IS_POINTER),
           "on consistent fields");
}

void unknown_field(const Target& target, DescriptorKind kind) {
    const Described described{target};
    const auto descriptor = described.descriptor(kind);
    constexpr SQLSMALLINT nobodys = 30999;
    SQLULEN value = 0;
    descriptor.fails(SQLGetDescField(descriptor.raw, 1, nobodys, &value, sizeof value, nullptr),
                     "HY091", "getting field 30999");
}

std::vector<Check> all() {
    std::vector<Check> checks{{"IPD.SQL_DESC_DATA_PTR.check",
                               "setting it checks the record's consistency", check_consistency}};
    for (const auto kind : kinds) {
        const std::string of = kind_names[index(kind)];
        checks.push_back({of + ".unknown", "a field nobody defines is HY091",
                          [kind](const Target& t) { unknown_field(t, kind); }});
        for (const auto& row : field_rows()) {
            const auto use = row.use[index(kind)];
            const auto add = [&](const char* verb, const char* says, auto run) {
                checks.push_back({of + "." + row.name + verb, says,
                                  [&row, kind, run](const Target& t) { run(t, row, kind); }});
            };
            if (use != FieldUse::none) add(".get", "read in its width", get);
            if (use == FieldUse::both) {
                add(".set", "takes a value and gives it back", set);
            } else if (row.id != SQL_DESC_DATA_PTR || kind != DescriptorKind::ipd) {
                add(".set", "not to be set: HY091, HY016 in an IRD", refuse_setting);
            }
        }
    }
    return checks;
}

const Register checks{"field", all()};

}  // namespace
}  // namespace conformance
