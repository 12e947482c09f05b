// Statement attributes: what exists and how it is treated is the table in
// driver/tables/attributes.h; here is where each one lives.
#include <cstdint>

#include "driver/handle/pointers.h"
#include "driver/handle/statement.h"
#include "driver/tables/attributes.h"

namespace dqlite::odbc {
namespace {

/// What is exchanged for another value has to be one of the attribute's at all.
bool is_value_of(SQLINTEGER id, SQLULEN number) noexcept {
    switch (id) {
        case SQL_ATTR_CONCURRENCY:
            return number >= SQL_CONCUR_READ_ONLY && number <= SQL_CONCUR_VALUES;
        case SQL_ATTR_SIMULATE_CURSOR:
            return number <= SQL_SC_UNIQUE;
        default:
            return true;
    }
}

}  // namespace

SQLRETURN Statement::get_attribute(SQLINTEGER id, SQLULEN& number, SQLPOINTER& pointer) {
    const auto* const attribute = find_attribute(HandleKind::statement, id);
    if (attribute == nullptr) return post(SqlState::sHY092);
    if (attribute->rule == AttributeRule::unsupported) return post(SqlState::sHYC00);
    switch (id) {
        case SQL_ATTR_APP_ROW_DESC:
            pointer = ard_->odbc_handle();
            break;
        case SQL_ATTR_APP_PARAM_DESC:
            pointer = apd_->odbc_handle();
            break;
        case SQL_ATTR_IMP_ROW_DESC:
            pointer = ird_->odbc_handle();
            break;
        case SQL_ATTR_IMP_PARAM_DESC:
            pointer = ipd_->odbc_handle();
            break;
        case SQL_ATTR_ROW_ARRAY_SIZE:
            number = ard_->array_size;
            break;
        case SQL_ROWSET_SIZE:
            number = extended_rowset_size_;
            break;
        case SQL_ATTR_ROW_BIND_TYPE:
            number = static_cast<SQLULEN>(ard_->bind_type);
            break;
        case SQL_ATTR_ROW_BIND_OFFSET_PTR:
            pointer = ard_->bind_offset_ptr;
            break;
        case SQL_ATTR_ROW_OPERATION_PTR:
            pointer = ard_->array_status_ptr;
            break;
        case SQL_ATTR_ROW_STATUS_PTR:
            pointer = ird_->array_status_ptr;
            break;
        case SQL_ATTR_ROWS_FETCHED_PTR:
            pointer = ird_->rows_processed_ptr;
            break;
        case SQL_ATTR_PARAMSET_SIZE:
            number = apd_->array_size;
            break;
        case SQL_ATTR_PARAM_BIND_TYPE:
            number = static_cast<SQLULEN>(apd_->bind_type);
            break;
        case SQL_ATTR_PARAM_BIND_OFFSET_PTR:
            pointer = apd_->bind_offset_ptr;
            break;
        case SQL_ATTR_PARAM_OPERATION_PTR:
            pointer = apd_->array_status_ptr;
            break;
        case SQL_ATTR_PARAM_STATUS_PTR:
            pointer = ipd_->array_status_ptr;
            break;
        case SQL_ATTR_PARAMS_PROCESSED_PTR:
            pointer = ipd_->rows_processed_ptr;
            break;
        case SQL_ATTR_CURSOR_TYPE:
            number = cursor_type_;
            break;
        case SQL_ATTR_CURSOR_SCROLLABLE:
            number = cursor_type_ == SQL_CURSOR_STATIC ? SQL_SCROLLABLE : SQL_NONSCROLLABLE;
            break;
        case SQL_ATTR_CURSOR_SENSITIVITY:
            number = sensitivity_;
            break;
        case SQL_ATTR_CONCURRENCY:
            number = effective_concurrency();
            break;
        case SQL_ATTR_USE_BOOKMARKS:
            number = use_bookmarks_;
            break;
        case SQL_ATTR_FETCH_BOOKMARK_PTR:
            pointer = fetch_bookmark_ptr_;
            break;
        case SQL_GET_BOOKMARK:
            if (!uses_bookmarks()) return post(SqlState::sHY092);
            [[fallthrough]];
        case SQL_ATTR_ROW_NUMBER:
            if (cursor_ == nullptr || cursor_->rowset_size() == 0) return post(SqlState::s24000);
            number = cursor_->position() == 0 ? 0 : cursor_->row_number(current_row_);
            break;
        case SQL_ATTR_MAX_ROWS:
            number = max_rows_;
            break;
        case SQL_ATTR_MAX_LENGTH:
            number = max_length_;
            break;
        case SQL_ATTR_QUERY_TIMEOUT:
            number = query_timeout_;
            break;
        case SQL_ATTR_ASYNC_ENABLE:
            number = asynchronous_.enabled() ? SQL_ASYNC_ENABLE_ON : SQL_ASYNC_ENABLE_OFF;
            break;
        case SQL_ATTR_NOSCAN:
            number = noscan_ ? SQL_NOSCAN_ON : SQL_NOSCAN_OFF;
            break;
        case SQL_ATTR_RETRIEVE_DATA:
            number = retrieve_data_ ? SQL_RD_ON : SQL_RD_OFF;
            break;
        case SQL_ATTR_METADATA_ID:
            number = metadata_id_ ? SQL_TRUE : SQL_FALSE;
            break;
        case attr_last_insert_rowid:
            number = static_cast<SQLULEN>(connection_.last_insert_rowid());
            break;
        default:
            number = attribute->default_value;
    }
    return SQL_SUCCESS;
}

SQLRETURN Statement::set_cursor_attribute(SQLINTEGER id, SQLULEN number) {
    if (id == SQL_ATTR_CURSOR_SCROLLABLE) {
        if (number > SQL_SCROLLABLE) return post(SqlState::sHY024);
        cursor_type_ = number == SQL_SCROLLABLE ? SQL_CURSOR_STATIC : SQL_CURSOR_FORWARD_ONLY;
        return SQL_SUCCESS;
    }
    if (id == SQL_ATTR_CURSOR_SENSITIVITY) {
        if (number > SQL_SENSITIVE) return post(SqlState::sHY024);
        if (number == SQL_SENSITIVE) return post(SqlState::sHYC00);
        sensitivity_ = number;
        if (number == SQL_INSENSITIVE) cursor_type_ = SQL_CURSOR_STATIC;
        return SQL_SUCCESS;
    }
    if (number == SQL_CURSOR_FORWARD_ONLY || number == SQL_CURSOR_STATIC) {
        cursor_type_ = number;
        return SQL_SUCCESS;
    }
    if (number != SQL_CURSOR_KEYSET_DRIVEN && number != SQL_CURSOR_DYNAMIC) {
        return post(SqlState::sHY024);
    }
    cursor_type_ = SQL_CURSOR_STATIC;
    return post(SqlState::s01S02, "The cursor is static");
}

SQLRETURN Statement::set_concurrency(SQLULEN number) {
    if (number < SQL_CONCUR_READ_ONLY || number > SQL_CONCUR_VALUES) return post(SqlState::sHY024);
    concurrency_ = number == SQL_CONCUR_READ_ONLY ? SQL_CONCUR_READ_ONLY : SQL_CONCUR_VALUES;
    if (concurrency_ == number) return SQL_SUCCESS;
    return post(SqlState::s01S02, "Rows are changed where they have the values that were read");
}

SQLRETURN Statement::set_descriptor(std::shared_ptr<Descriptor>& used,
                                    const std::shared_ptr<Descriptor>& own, SQLPOINTER value) {
    if (value == SQL_NULL_HDESC) {
        used = own;
        return SQL_SUCCESS;
    }
    auto found =
        std::static_pointer_cast<Descriptor>(registry::find(value, Handle::Kind::descriptor));
    if (found == nullptr || &found->connection() != &connection_) return post(SqlState::sHY024);
    if (found->automatic() && found != own) return post(SqlState::sHY017);
    used = std::move(found);
    return SQL_SUCCESS;
}

SQLRETURN Statement::set_flag(bool& flag, SQLULEN number, SQLULEN on) {
    if (number > 1) return post(SqlState::sHY024);
    flag = number == on;
    return SQL_SUCCESS;
}

SQLRETURN Statement::set_array_attribute(SQLINTEGER id, SQLPOINTER value) {
    const auto number = number_of(value);
    switch (id) {
        case SQL_ATTR_ROW_ARRAY_SIZE:
        case SQL_ROWSET_SIZE:
        case SQL_ATTR_PARAMSET_SIZE: {
            if (number == 0) return post(SqlState::sHY024, "A size is at least 1");
            auto& size = id == SQL_ROWSET_SIZE          ? extended_rowset_size_
                         : id == SQL_ATTR_PARAMSET_SIZE ? apd_->array_size
                                                        : ard_->array_size;
            size = number;
            break;
        }
        case SQL_ATTR_ROW_BIND_TYPE:
            ard_->bind_type = static_cast<SQLINTEGER>(number);
            break;
        case SQL_ATTR_ROW_BIND_OFFSET_PTR:
            ard_->bind_offset_ptr = static_cast<SQLLEN*>(value);
            break;
        case SQL_ATTR_ROW_OPERATION_PTR:
            ard_->array_status_ptr = static_cast<SQLUSMALLINT*>(value);
            break;
        case SQL_ATTR_ROW_STATUS_PTR:
            ird_->array_status_ptr = static_cast<SQLUSMALLINT*>(value);
            break;
        case SQL_ATTR_ROWS_FETCHED_PTR:
            ird_->rows_processed_ptr = static_cast<SQLULEN*>(value);
            break;
        case SQL_ATTR_PARAM_BIND_TYPE:
            apd_->bind_type = static_cast<SQLINTEGER>(number);
            break;
        case SQL_ATTR_PARAM_BIND_OFFSET_PTR:
            apd_->bind_offset_ptr = static_cast<SQLLEN*>(value);
            break;
        case SQL_ATTR_PARAM_OPERATION_PTR:
            apd_->array_status_ptr = static_cast<SQLUSMALLINT*>(value);
            break;
        case SQL_ATTR_PARAM_STATUS_PTR:
            ipd_->array_status_ptr = static_cast<SQLUSMALLINT*>(value);
            break;
        default:  // SQL_ATTR_PARAMS_PROCESSED_PTR
            ipd_->rows_processed_ptr = static_cast<SQLULEN*>(value);
    }
    return SQL_SUCCESS;
}

SQLRETURN Statement::set_attribute(SQLINTEGER id, SQLPOINTER value) {
    const auto* const attribute = find_attribute(HandleKind::statement, id);
    if (attribute == nullptr || attribute->rule == AttributeRule::read_only) {
        return post(SqlState::sHY092);
    }
    if (attribute->rule == AttributeRule::unsupported) return post(SqlState::sHYC00);
    if (!attribute->with_open_cursor && cursor_is_open()) return post(SqlState::s24000);
    const auto number = number_of(value);
    switch (id) {
        case SQL_ATTR_APP_ROW_DESC:
            return set_descriptor(ard_, own_ard_, value);
        case SQL_ATTR_APP_PARAM_DESC:
            return set_descriptor(apd_, own_apd_, value);
        case SQL_ATTR_IMP_ROW_DESC:
        case SQL_ATTR_IMP_PARAM_DESC:
            return post(SqlState::sHY017);
        case SQL_ATTR_CURSOR_TYPE:
        case SQL_ATTR_CURSOR_SCROLLABLE:
        case SQL_ATTR_CURSOR_SENSITIVITY:
            return set_cursor_attribute(id, number);
        case SQL_ATTR_CONCURRENCY:
            return set_concurrency(number);
        case SQL_ATTR_USE_BOOKMARKS:
            if (number > SQL_UB_VARIABLE) return post(SqlState::sHY024);
            use_bookmarks_ = number;
            return SQL_SUCCESS;
        case SQL_ATTR_FETCH_BOOKMARK_PTR:
            fetch_bookmark_ptr_ = value;
            return SQL_SUCCESS;
        case SQL_ATTR_ROW_ARRAY_SIZE:
        case SQL_ROWSET_SIZE:
        case SQL_ATTR_ROW_BIND_TYPE:
        case SQL_ATTR_ROW_BIND_OFFSET_PTR:
        case SQL_ATTR_ROW_OPERATION_PTR:
        case SQL_ATTR_ROW_STATUS_PTR:
        case SQL_ATTR_ROWS_FETCHED_PTR:
        case SQL_ATTR_PARAMSET_SIZE:
        case SQL_ATTR_PARAM_BIND_TYPE:
        case SQL_ATTR_PARAM_BIND_OFFSET_PTR:
        case SQL_ATTR_PARAM_OPERATION_PTR:
        case SQL_ATTR_PARAM_STATUS_PTR:
        case SQL_ATTR_PARAMS_PROCESSED_PTR:
            return set_array_attribute(id, value);
        case SQL_ATTR_MAX_ROWS:
            max_rows_ = number;
            return SQL_SUCCESS;
        case SQL_ATTR_MAX_LENGTH:
            max_length_ = number;
            return SQL_SUCCESS;
        case SQL_ATTR_QUERY_TIMEOUT:
            query_timeout_ = number;
            return SQL_SUCCESS;
        case SQL_ATTR_ASYNC_ENABLE:
            if (number > SQL_ASYNC_ENABLE_ON) return post(SqlState::sHY024);
            asynchronous_.enable(number == SQL_ASYNC_ENABLE_ON);
            return SQL_SUCCESS;
        case SQL_ATTR_NOSCAN:
            return set_flag(noscan_, number, SQL_NOSCAN_ON);
        case SQL_ATTR_RETRIEVE_DATA:
            return set_flag(retrieve_data_, number, SQL_RD_ON);
        case SQL_ATTR_METADATA_ID:
            return set_flag(metadata_id_, number, SQL_TRUE);
        default:
            break;
    }
    if (number == attribute->default_value) return SQL_SUCCESS;
    switch (attribute->rule) {
        case AttributeRule::stored:
            return SQL_SUCCESS;
        case AttributeRule::substituted:
            return post(is_value_of(id, number) ? SqlState::s01S02 : SqlState::sHY024);
        default:
            return post(SqlState::sHYC00);
    }
}

}  // namespace dqlite::odbc
