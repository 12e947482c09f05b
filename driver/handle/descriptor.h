// Descriptors: the application's and the implementation's rows and parameters (ODBC Reference,
// "Descriptors" and SQLSetDescField's page).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "driver/describe/description.h"
#include "driver/handle/handle.h"
#include "driver/tables/descriptor_fields.h"

namespace dqlite::odbc {

class Connection;
class Statement;

struct DescriptorRecord {
    SQLSMALLINT type = SQL_C_DEFAULT;  ///< verbose
    SQLSMALLINT concise_type = SQL_C_DEFAULT;
    SQLSMALLINT datetime_interval_code = 0;
    SQLINTEGER datetime_interval_precision = 0;
    SQLULEN length = 0;       ///< characters
    SQLLEN octet_length = 0;  ///< bytes
    SQLSMALLINT precision = 0;
    SQLSMALLINT scale = 0;
    SQLPOINTER data_ptr = nullptr;
    SQLLEN* indicator_ptr = nullptr;
    SQLLEN* octet_length_ptr = nullptr;
    SQLSMALLINT parameter_type = SQL_PARAM_INPUT;
    SQLINTEGER num_prec_radix = 0;
    SQLSMALLINT unnamed = SQL_UNNAMED;
    std::string name;          ///< IPD; an IRD's is in `column`
    ColumnDescription column;  ///< IRD only

    /// Bound: a buffer or at least a length is wanted.
    [[nodiscard]] bool is_bound() const noexcept {
        return data_ptr != nullptr || octet_length_ptr != nullptr || indicator_ptr != nullptr;
    }
    /// Sets concise, verbose type and code together.
    void set_concise_type(SQLSMALLINT concise) noexcept;
    [[nodiscard]] SqlType sql_type() const noexcept;
};

/// The header fields.
struct DescriptorHeader {
    SQLULEN array_size = 1;
    SQLUSMALLINT* array_status_ptr = nullptr;
    SQLLEN* bind_offset_ptr = nullptr;
    SQLINTEGER bind_type = SQL_BIND_BY_COLUMN;
    SQLULEN* rows_processed_ptr = nullptr;
};

class Descriptor final : public Handle, public DescriptorHeader {
  public:
    static constexpr Kind handle_kind = Kind::descriptor;
    static constexpr SQLUSMALLINT max_count = 32'767;  ///< what SQL_DESC_COUNT can tell

    Descriptor(std::shared_ptr<Connection> connection, DescriptorKind role,
               bool automatic) noexcept;
    [[nodiscard]] std::mutex& lock() noexcept override;

    [[nodiscard]] DescriptorKind role() const noexcept { return role_; }
    [[nodiscard]] bool automatic() const noexcept { return automatic_; }
    [[nodiscard]] Connection& connection() const noexcept { return *connection_; }

    /// Records 1…count; record 0 is the bookmark's.
    [[nodiscard]] SQLSMALLINT count() const noexcept {
        return static_cast<SQLSMALLINT>(records_.size() - 1);
    }
    /// Another number whenever a record may have changed; no two descriptors have the same.
    [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
    /// Shrinks or grows; new records are unbound.
    void set_count(SQLSMALLINT count);
    [[nodiscard]] DescriptorRecord& record(SQLSMALLINT number) {
        change();
        return records_[static_cast<std::size_t>(number)];
    }
    [[nodiscard]] const DescriptorRecord& record(SQLSMALLINT number) const {
        return records_[static_cast<std::size_t>(number)];
    }
    /// The record, made if it is not there.
    DescriptorRecord& grown_record(SQLSMALLINT number);
    /// Frees the binding; the count shrinks to the highest bound record.
    void unbind(SQLSMALLINT number);
    void unbind_all();
    /// Fills an IRD.
    void describe(const std::vector<ColumnDescription>& columns);

    // The functions, posting on this handle. Lengths are bytes. Text is UTF-8.
    /// What SQLCopyDesc copies: taken under the source's lock, put in place under the target's.
    struct Contents {
        DescriptorHeader header;
        std::vector<DescriptorRecord> records;
        std::vector<Diagnostic> errors;  ///< not empty: they are why there is nothing to copy
    };
    [[nodiscard]] Contents contents();
    SQLRETURN assign(Contents contents);
    SQLRETURN set_field(SQLSMALLINT number, SQLSMALLINT field, SQLPOINTER value,
                        const std::string* text);
    /// What SQLGetDescField gives: one of text or a number of `type`.
    struct FieldValue {
        FieldType type = FieldType::i16;
        std::string text;
        SQLLEN number = 0;
        SQLPOINTER pointer = nullptr;
    };
    /// SQL_NO_DATA past the last record.
    SQLRETURN get_field(SQLSMALLINT number, SQLSMALLINT field, FieldValue& out);
    SQLRETURN set_record(SQLSMALLINT number, SQLSMALLINT type, SQLSMALLINT subtype, SQLLEN length,
                         SQLSMALLINT precision, SQLSMALLINT scale, SQLPOINTER data,
                         SQLLEN* octet_length, SQLLEN* indicator);
    /// HY021 where the record's type, precision and scale do not fit together.
    [[nodiscard]] bool is_consistent(const DescriptorRecord& record) const noexcept;

    /// The statement an implementation descriptor belongs to, for HY007 (not prepared).
    Statement* owner = nullptr;

  private:
    /// Makes an IRD tell what its statement is known to give; posts here if that fails (HY007).
    SQLRETURN ensure_described();
    [[nodiscard]] SQLRETURN check_record_number(SQLSMALLINT number, bool for_write);
    SQLRETURN set_header_field(SQLSMALLINT field, SQLPOINTER value);
    SQLRETURN set_record_field(DescriptorRecord& record, SQLSMALLINT field, SQLPOINTER value,
                               const std::string* text);
    bool get_header_field(SQLSMALLINT field, FieldValue& out) const;
    void get_record_field(const DescriptorRecord& record, SQLSMALLINT field, FieldValue& out) const;

    void change() noexcept;

    std::shared_ptr<Connection> connection_;  ///< kept alive for its lock
    std::uint64_t version_ = 0;
    DescriptorKind role_;
    bool automatic_;
    std::vector<DescriptorRecord> records_;
};

/// What SQL_DESC_PARAMETER_TYPE can be here: streams are not offered.
[[nodiscard]] constexpr bool is_parameter_direction(SQLSMALLINT direction) noexcept {
    return direction == SQL_PARAM_INPUT || direction == SQL_PARAM_INPUT_OUTPUT ||
           direction == SQL_PARAM_OUTPUT;
}

/// SQL_DESC_… of one column of an IRD, as SQLColAttribute tells it too. False if `field` is not
/// one of a column.
[[nodiscard]] bool column_field(const ColumnDescription& column, SQLSMALLINT field,
                                Descriptor::FieldValue& out);

}  // namespace dqlite::odbc
