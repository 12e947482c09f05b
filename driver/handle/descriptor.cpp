#include "driver/handle/descriptor.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "driver/convert/to_c.h"
#include "driver/handle/connection.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {
namespace {

// What 16 bytes of SQL_NUMERIC_STRUCT can hold.
constexpr SQLSMALLINT max_numeric_digits = 38;

}  // namespace

void DescriptorRecord::set_concise_type(SQLSMALLINT concise) noexcept {
    concise_type = concise;
    type = verbose_type(concise);
    datetime_interval_code = odbc::datetime_interval_code(concise);
}

SqlType DescriptorRecord::sql_type() const noexcept {
    return {concise_type, length, scale};
}

Descriptor::Descriptor(std::shared_ptr<Connection> connection, DescriptorKind role,
                       bool automatic) noexcept
    : Handle{Kind::descriptor},
      connection_{std::move(connection)},
      role_{role},
      automatic_{automatic},
      records_(1) {
    change();
}

void Descriptor::change() noexcept {
    static std::atomic<std::uint64_t> changes{0};
    version_ = changes.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::mutex& Descriptor::lock() noexcept {
    return connection_->lock();
}

void Descriptor::set_count(SQLSMALLINT count) {
    change();
    records_.resize(static_cast<std::size_t>(count) + 1);
}

DescriptorRecord& Descriptor::grown_record(SQLSMALLINT number) {
    if (number > count()) set_count(number);
    return record(number);
}

void Descriptor::unbind(SQLSMALLINT number) {
    if (number > count()) return;
    auto& unbound = record(number);
    unbound.data_ptr = nullptr;
    unbound.indicator_ptr = nullptr;
    unbound.octet_length_ptr = nullptr;
    while (count() > 0 && !records_.back().is_bound()) records_.pop_back();
}

void Descriptor::unbind_all() {
    change();
    records_.resize(1);
}

void Descriptor::describe(const std::vector<ColumnDescription>& columns) {
    // Mostly a statement that is executed again. What was looked up for its columns stays good.
    const bool same =
        std::equal(columns.begin(), columns.end(), records_.begin() + 1, records_.end(),
                   [](const auto& column, const auto& record) { return record.column == column; });
    const bool has_bookmark = records_.front().concise_type != SQL_C_DEFAULT;
    if (same && !has_bookmark) return;
    change();
    records_.assign(columns.size() + 1, {});
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto& target = records_[i + 1];
        const auto& column = columns[i];
        target.set_concise_type(column.type.concise);
        target.length = column.type.column_size;
        target.octet_length = octet_length(column.type);
        target.precision = static_cast<SQLSMALLINT>(
            std::min<SQLULEN>(column.type.column_size, std::numeric_limits<SQLSMALLINT>::max()));
        target.scale = column.type.decimal_digits;
        target.num_prec_radix = num_prec_radix(column.type.concise);
        target.unnamed = column.name.empty() ? SQL_UNNAMED : SQL_NAMED;
        target.column = column;
    }
}

SQLRETURN Descriptor::ensure_described() {
    if (role_ != DescriptorKind::ird || owner == nullptr) return SQL_SUCCESS;
    if (!owner->prepared()) return post(SqlState::sHY007);
    // The call is on this handle: the statement keeps its own records.
    auto kept = std::exchange(owner->diagnostics(), Diagnostics{});
    const auto described = owner->ensure_described();
    const auto made = std::exchange(owner->diagnostics(), std::move(kept));
    for (const auto& record : made.records()) post(record);
    return described;
}

Descriptor::Contents Descriptor::contents() {
    if (!SQL_SUCCEEDED(ensure_described())) {
        const auto records = diagnostics().records();
        Contents none{.header = {}, .records = {}, .errors = {records.begin(), records.end()}};
        diagnostics().clear();
        return none;
    }
    return {
        .header = static_cast<const DescriptorHeader&>(*this), .records = records_, .errors = {}};
}

SQLRETURN Descriptor::assign(Contents contents) {
    if (role_ == DescriptorKind::ird) return post(SqlState::sHY016);
    for (auto& error : contents.errors) post(std::move(error));
    if (!contents.errors.empty()) return SQL_ERROR;
    static_cast<DescriptorHeader&>(*this) = contents.header;
    change();
    records_ = std::move(contents.records);
    for (auto& copied : records_) copied.column = {};
    return SQL_SUCCESS;
}

SQLRETURN Descriptor::set_record(SQLSMALLINT number, SQLSMALLINT type, SQLSMALLINT subtype,
                                 SQLLEN length, SQLSMALLINT precision, SQLSMALLINT scale,
                                 SQLPOINTER data, SQLLEN* octet_length, SQLLEN* indicator) {
    if (role_ == DescriptorKind::ird) return post(SqlState::sHY016);
    if (const auto bad = check_record_number(number, true); bad != SQL_SUCCESS) return bad;
    auto changed = number > count() ? DescriptorRecord{} : record(number);
    changed.type = type;
    changed.datetime_interval_code = subtype;
    const bool coded = type == SQL_DATETIME || type == SQL_INTERVAL;
    changed.concise_type =
        coded ? static_cast<SQLSMALLINT>((type == SQL_DATETIME ? 90 : 100) + subtype) : type;
    changed.octet_length = length;
    changed.length = static_cast<SQLULEN>(std::max<SQLLEN>(length, 0));
    changed.precision = precision;
    changed.scale = scale;
    if (role_ != DescriptorKind::ipd) {
        changed.data_ptr = data;
        changed.octet_length_ptr = octet_length;
        changed.indicator_ptr = indicator;
    }
    if (!is_consistent(changed)) return post(SqlState::sHY021);
    grown_record(number) = std::move(changed);
    return SQL_SUCCESS;
}

bool Descriptor::is_consistent(const DescriptorRecord& checked) const noexcept {
    const bool application = role_ == DescriptorKind::ard || role_ == DescriptorKind::apd;
    const bool known = application ? is_known_c_type(checked.concise_type)
                                   : is_known_sql_type(checked.concise_type);
    if (!known) return false;
    const bool numeric =
        checked.concise_type == SQL_C_NUMERIC || checked.concise_type == SQL_DECIMAL;
    // A precision of 0 is one not yet given: the default applies.
    return !numeric || checked.precision == 0 ||
           (checked.precision >= 1 && checked.precision <= max_numeric_digits &&
            checked.scale <= checked.precision);
}

SQLRETURN Descriptor::check_record_number(SQLSMALLINT number, bool for_write) {
    if (number < 0) return post(SqlState::s07009);
    // Record 0 is that of bookmarks: parameters have none.
    if (number == 0 && for_write && role_ == DescriptorKind::ipd) return post(SqlState::s07009);
    return SQL_SUCCESS;
}

}  // namespace dqlite::odbc
