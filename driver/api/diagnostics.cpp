// SQLGetDiagRec and SQLGetDiagField: they read a handle's records and never change them.
#include <mutex>

#include "driver/api/call.h"
#include "driver/diag/diag_fields.h"
#include "driver/handle/connection.h"
#include "driver/handle/descriptor.h"
#include "driver/handle/environment.h"
#include "driver/handle/statement.h"

using namespace dqlite::odbc;

namespace {

std::shared_ptr<Handle> find_any(SQLSMALLINT type, SQLHANDLE handle) noexcept {
    switch (type) {
        case SQL_HANDLE_ENV:
            return registry::find(handle, Handle::Kind::environment);
        case SQL_HANDLE_DBC:
            return registry::find(handle, Handle::Kind::connection);
        case SQL_HANDLE_STMT:
            return registry::find(handle, Handle::Kind::statement);
        case SQL_HANDLE_DESC:
            return registry::find(handle, Handle::Kind::descriptor);
        default:
            return nullptr;
    }
}

/// Where the handle's errors come from, for SQL_DIAG_SERVER_NAME and SQL_DIAG_CONNECTION_NAME.
Connection* connection_of(Handle& handle) noexcept {
    switch (handle.kind()) {
        case Handle::Kind::connection:
            return static_cast<Connection*>(&handle);
        case Handle::Kind::statement:
            return &static_cast<Statement&>(handle).connection();
        case Handle::Kind::descriptor:
            return &static_cast<Descriptor&>(handle).connection();
        default:
            return nullptr;
    }
}

Asynchronous* asynchronous_of(Handle& handle) noexcept {
    switch (handle.kind()) {
        case Handle::Kind::connection:
            return &static_cast<Connection&>(handle).asynchronous();
        case Handle::Kind::statement:
            return &static_cast<Statement&>(handle).asynchronous();
        default:
            return nullptr;
    }
}

/// Reads the records an application is to see now, wherever they lie.
template <typename Read>
SQLRETURN with_diagnostics(Handle& handle, Read read) {
    auto* const asynchronous = asynchronous_of(handle);
    if (asynchronous != nullptr && asynchronous->tells()) return asynchronous->read_told(read);
    const std::lock_guard guard{handle.lock()};
    if (handle.retired()) return SQL_INVALID_HANDLE;
    auto& diagnostics = handle.diagnostics();
    const auto* const connection = connection_of(handle);
    diagnostics.server_name = connection != nullptr ? connection->server_name() : std::string{};
    return read(std::as_const(diagnostics));
}

SQLRETURN result_of(SqlState state) noexcept {
    if (state == SqlState::s00000) return SQL_SUCCESS;
    return is_warning(state) ? SQL_SUCCESS_WITH_INFO : SQL_ERROR;
}

template <typename Char>
SQLRETURN get_record(SQLSMALLINT type, SQLHANDLE raw, SQLSMALLINT number, Char* state,
                     SQLINTEGER* native, Char* text, SQLSMALLINT capacity, SQLSMALLINT* length) {
    const auto handle = find_any(type, raw);
    if (handle == nullptr) return SQL_INVALID_HANDLE;
    if (number < 1 || capacity < 0) return SQL_ERROR;
    try {
        return with_diagnostics(*handle, [&](const Diagnostics& diagnostics) -> SQLRETURN {
            const auto records = diagnostics.records();
            if (static_cast<std::size_t>(number) > records.size()) return SQL_NO_DATA;
            const auto& record = records[static_cast<std::size_t>(number) - 1];
            if (native != nullptr) *native = record.native;
            if (state != nullptr) {
                SQLSMALLINT ignored = 0;
                (void)write_text(entry(record.state).code, state, SQL_SQLSTATE_SIZE + 1, &ignored,
                                 LengthUnit::characters);
            }
            return result_of(write_text(Diagnostics::text(record), text, capacity, length,
                                        LengthUnit::characters));
        });
    } catch (...) {  // no memory for the text: there is nowhere to say so
        return SQL_ERROR;
    }
}

/// One diagnostic field: a text, or a number of `size` bytes.
struct FieldValue {
    bool is_text = false;
    std::string text;
    SQLLEN number = 0;
    std::size_t size = sizeof(SQLINTEGER);

    void set(std::string value) {
        is_text = true;
        text = std::move(value);
    }
    void store(SQLPOINTER out) const noexcept {
        if (size == sizeof(SQLLEN)) {
            *static_cast<SQLLEN*>(out) = number;
        } else if (size == sizeof(SQLINTEGER)) {
            *static_cast<SQLINTEGER*>(out) = static_cast<SQLINTEGER>(number);
        } else {
            *static_cast<SQLRETURN*>(out) = static_cast<SQLRETURN>(number);
        }
    }
};

/// False if `field` is not a header field, or not one of this kind of handle.
bool header_field(const Handle& handle, const Diagnostics& diagnostics, SQLSMALLINT field,
                  FieldValue& out) {
    switch (field) {
        case SQL_DIAG_NUMBER:
            out.number = static_cast<SQLLEN>(diagnostics.records().size());
            return true;
        case SQL_DIAG_RETURNCODE:
            out.number = diagnostics.return_code;
            out.size = sizeof(SQLRETURN);
            return true;
        default:
            break;
    }
    if (handle.kind() != Handle::Kind::statement) return false;
    out.size = sizeof(SQLLEN);
    switch (field) {
        case SQL_DIAG_CURSOR_ROW_COUNT:
            out.number = diagnostics.cursor_row_count;
            return true;
        case SQL_DIAG_ROW_COUNT:
            out.number = diagnostics.row_count;
            return true;
        case SQL_DIAG_DYNAMIC_FUNCTION:
            out.set(diagnostics.dynamic_function);
            return true;
        case SQL_DIAG_DYNAMIC_FUNCTION_CODE:
            out.number = diagnostics.dynamic_function_code;
            out.size = sizeof(SQLINTEGER);
            return true;
        default:
            return false;
    }
}

/// False if `field` is not a record field.
bool record_field(const Diagnostics& diagnostics, const Diagnostic& record, SQLSMALLINT field,
                  FieldValue& out) {
    switch (field) {
        case SQL_DIAG_SQLSTATE:
            out.set(std::string{entry(record.state).code});
            return true;
        case SQL_DIAG_MESSAGE_TEXT:
            out.set(Diagnostics::text(record));
            return true;
        case SQL_DIAG_NATIVE:
            out.number = record.native;
            return true;
        case SQL_DIAG_CLASS_ORIGIN:
            out.set(std::string{class_origin(record.state)});
            return true;
        case SQL_DIAG_SUBCLASS_ORIGIN:
            out.set(std::string{subclass_origin(record.state)});
            return true;
        case SQL_DIAG_CONNECTION_NAME:
            out.set("");
            return true;  // connections have no names here
        case SQL_DIAG_SERVER_NAME:
            out.set(diagnostics.server_name);
            return true;
        case SQL_DIAG_COLUMN_NUMBER:
            out.number = record.column;
            return true;
        case SQL_DIAG_ROW_NUMBER:
            out.number = record.row;
            out.size = sizeof(SQLLEN);
            return true;
        default:
            return false;
    }
}

template <typename Char>
SQLRETURN get_field(SQLSMALLINT type, SQLHANDLE raw, SQLSMALLINT number, SQLSMALLINT field,
                    SQLPOINTER out, SQLSMALLINT capacity, SQLSMALLINT* length) {
    const auto handle = find_any(type, raw);
    if (handle == nullptr) return SQL_INVALID_HANDLE;
    try {
        FieldValue value;
        const auto found =
            with_diagnostics(*handle, [&](const Diagnostics& diagnostics) -> SQLRETURN {
                if (header_field(*handle, diagnostics, field, value)) return SQL_SUCCESS;
                value = {};
                const auto records = diagnostics.records();
                if (number < 1) return SQL_ERROR;
                if (static_cast<std::size_t>(number) > records.size()) return SQL_NO_DATA;
                const auto& record = records[static_cast<std::size_t>(number) - 1];
                return record_field(diagnostics, record, field, value) ? SQL_SUCCESS : SQL_ERROR;
            });
        if (found != SQL_SUCCESS) return found;
        if (value.is_text) {
            if (capacity < 0) return SQL_ERROR;
            return result_of(write_text(value.text, static_cast<Char*>(out), capacity, length,
                                        LengthUnit::bytes));
        }
        if (out != nullptr) value.store(out);
        if (length != nullptr) *length = static_cast<SQLSMALLINT>(value.size);
        return SQL_SUCCESS;
    } catch (...) {
        return SQL_ERROR;
    }
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLGetDiagRec(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                SQLCHAR* state, SQLINTEGER* native, SQLCHAR* text,
                                SQLSMALLINT capacity, SQLSMALLINT* length) {
    return get_record(type, handle, number, state, native, text, capacity, length);
}

SQLRETURN SQL_API SQLGetDiagRecW(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                 SQLWCHAR* state, SQLINTEGER* native, SQLWCHAR* text,
                                 SQLSMALLINT capacity, SQLSMALLINT* length) {
    return get_record(type, handle, number, state, native, text, capacity, length);
}

SQLRETURN SQL_API SQLGetDiagField(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                  SQLSMALLINT field, SQLPOINTER out, SQLSMALLINT capacity,
                                  SQLSMALLINT* length) {
    return get_field<SQLCHAR>(type, handle, number, field, out, capacity, length);
}

SQLRETURN SQL_API SQLGetDiagFieldW(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                   SQLSMALLINT field, SQLPOINTER out, SQLSMALLINT capacity,
                                   SQLSMALLINT* length) {
    return get_field<SQLWCHAR>(type, handle, number, field, out, capacity, length);
}

}  // extern "C"
