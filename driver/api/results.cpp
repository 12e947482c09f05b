// Columns, rows, cursors.
#include "driver/api/call.h"
#include "driver/api/described.h"
#include "driver/api/field.h"
#include "driver/api/waiting.h"
#include "driver/handle/statement.h"

using namespace dqlite::odbc;
using api::Arguments;
using api::call;
using api::call_described;
using api::call_waiting;
using Described = Statement::Described;

namespace {

template <typename Char>
SQLRETURN describe_column(SQLHSTMT handle, SQLUSMALLINT number, Char* name, SQLSMALLINT capacity,
                          SQLSMALLINT* name_length, SQLSMALLINT* type, SQLULEN* size,
                          SQLSMALLINT* digits, SQLSMALLINT* nullable) {
    const auto tell = [&](Statement& statement) {
        const ColumnDescription* const column = statement.column(number);
        if (column == nullptr) return SQLRETURN{SQL_ERROR};
        if (type != nullptr) *type = column->type.concise;
        if (size != nullptr) *size = column->type.column_size;
        if (digits != nullptr) *digits = column->type.decimal_digits;
        if (nullable != nullptr) *nullable = column->nullable;
        return api::write(statement, column->name, name, capacity, name_length,
                          LengthUnit::characters);
    };
    return call_described(SQL_API_SQLDESCRIBECOL, handle, Described::columns, tell);
}

template <typename Char>
SQLRETURN column_attribute(SQLHSTMT handle, SQLUSMALLINT number, SQLUSMALLINT field,
                           SQLPOINTER text, SQLSMALLINT capacity, SQLSMALLINT* length,
                           SQLLEN* numeric) {
    const auto tell = [&](Statement& statement) {
        Descriptor::FieldValue value;
        const auto r = statement.column_attribute(number, field, value);
        if (!SQL_SUCCEEDED(r)) return r;
        if (value.type == FieldType::text) {
            return api::write(statement, value.text, static_cast<Char*>(text), capacity, length,
                              LengthUnit::bytes);
        }
        if (numeric != nullptr) *numeric = value.number;
        return r;
    };
    return call_described(SQL_API_SQLCOLATTRIBUTE, handle, Described::columns, tell);
}

template <typename Char>
SQLRETURN set_cursor_name(SQLHSTMT handle, const Char* text, SQLSMALLINT length) {
    return call<Statement>(SQL_API_SQLSETCURSORNAME, handle, [&](Statement& statement) {
        std::string name;
        if (!api::read_required(statement, text, length, name)) return SQLRETURN{SQL_ERROR};
        return statement.set_cursor_name(name);
    });
}

template <typename Char>
SQLRETURN get_cursor_name(SQLHSTMT handle, Char* name, SQLSMALLINT capacity, SQLSMALLINT* length) {
    return call<Statement>(SQL_API_SQLGETCURSORNAME, handle, [&](Statement& statement) {
        return api::write(statement, statement.cursor_name(), name, capacity, length,
                          LengthUnit::characters);
    });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLNumResultCols(SQLHSTMT handle, SQLSMALLINT* count) {
    return call_described(SQL_API_SQLNUMRESULTCOLS, handle, Described::columns,
                          [&](Statement& statement) { return statement.column_count(count); });
}

SQLRETURN SQL_API SQLRowCount(SQLHSTMT handle, SQLLEN* count) {
    return call<Statement>(SQL_API_SQLROWCOUNT, handle,
                           [&](Statement& statement) { return statement.row_count(count); });
}

SQLRETURN SQL_API SQLDescribeCol(SQLHSTMT handle, SQLUSMALLINT number, SQLCHAR* name,
                                 SQLSMALLINT capacity, SQLSMALLINT* length, SQLSMALLINT* type,
                                 SQLULEN* size, SQLSMALLINT* digits, SQLSMALLINT* nullable) {
    return describe_column(handle, number, name, capacity, length, type, size, digits, nullable);
}

SQLRETURN SQL_API SQLDescribeColW(SQLHSTMT handle, SQLUSMALLINT number, SQLWCHAR* name,
                                  SQLSMALLINT capacity, SQLSMALLINT* length, SQLSMALLINT* type,
                                  SQLULEN* size, SQLSMALLINT* digits, SQLSMALLINT* nullable) {
    return describe_column(handle, number, name, capacity, length, type, size, digits, nullable);
}

SQLRETURN SQL_API SQLColAttribute(SQLHSTMT handle, SQLUSMALLINT number, SQLUSMALLINT field,
                                  SQLPOINTER text, SQLSMALLINT capacity, SQLSMALLINT* length,
                                  SQLLEN* numeric) {
    return column_attribute<SQLCHAR>(handle, number, field, text, capacity, length, numeric);
}

SQLRETURN SQL_API SQLColAttributeW(SQLHSTMT handle, SQLUSMALLINT number, SQLUSMALLINT field,
                                   SQLPOINTER text, SQLSMALLINT capacity, SQLSMALLINT* length,
                                   SQLLEN* numeric) {
    return column_attribute<SQLWCHAR>(handle, number, field, text, capacity, length, numeric);
}

SQLRETURN SQL_API SQLBindCol(SQLHSTMT handle, SQLUSMALLINT number, SQLSMALLINT c_type,
                             SQLPOINTER data, SQLLEN capacity, SQLLEN* indicator) {
    return call<Statement>(SQL_API_SQLBINDCOL, handle, [&](Statement& statement) {
        return statement.bind_column(number, c_type, data, capacity, indicator);
    });
}

SQLRETURN SQL_API SQLFetch(SQLHSTMT handle) {
    return call_waiting<Statement>(SQL_API_SQLFETCH, handle, [](Arguments&) {
        return [](Statement& statement) { return statement.fetch(SQL_FETCH_NEXT, 0); };
    });
}

SQLRETURN SQL_API SQLFetchScroll(SQLHSTMT handle, SQLSMALLINT orientation, SQLLEN offset) {
    return call_waiting<Statement>(SQL_API_SQLFETCHSCROLL, handle, [=](Arguments&) {
        return [=](Statement& statement) { return statement.fetch(orientation, offset); };
    });
}

SQLRETURN SQL_API SQLExtendedFetch(SQLHSTMT handle, SQLUSMALLINT orientation, SQLLEN offset,
                                   SQLULEN* row_count, SQLUSMALLINT* row_status) {
    return call_waiting<Statement>(SQL_API_SQLEXTENDEDFETCH, handle, [=](Arguments&) {
        return [=](Statement& statement) {
            return statement.extended_fetch(orientation, offset, row_count, row_status);
        };
    });
}

SQLRETURN SQL_API SQLGetData(SQLHSTMT handle, SQLUSMALLINT number, SQLSMALLINT c_type,
                             SQLPOINTER data, SQLLEN capacity, SQLLEN* indicator) {
    return call<Statement>(SQL_API_SQLGETDATA, handle, [&](Statement& statement) {
        return statement.get_data(number, c_type, data, capacity, indicator);
    });
}

SQLRETURN SQL_API SQLSetPos(SQLHSTMT handle, SQLSETPOSIROW row, SQLUSMALLINT operation,
                            SQLUSMALLINT lock_type) {
    return call_waiting<Statement>(SQL_API_SQLSETPOS, handle, [=](Arguments&) {
        return
            [=](Statement& statement) { return statement.set_position(row, operation, lock_type); };
    });
}

SQLRETURN SQL_API SQLBulkOperations(SQLHSTMT handle, SQLSMALLINT operation) {
    return call_waiting<Statement>(SQL_API_SQLBULKOPERATIONS, handle, [=](Arguments&) {
        return [=](Statement& statement) {
            return statement.bulk_operations(static_cast<SQLUSMALLINT>(operation));
        };
    });
}

SQLRETURN SQL_API SQLCloseCursor(SQLHSTMT handle) {
    return call<Statement>(SQL_API_SQLCLOSECURSOR, handle,
                           [](Statement& statement) { return statement.close_cursor(true); });
}

SQLRETURN SQL_API SQLSetCursorName(SQLHSTMT handle, SQLCHAR* name, SQLSMALLINT length) {
    return set_cursor_name(handle, name, length);
}

SQLRETURN SQL_API SQLSetCursorNameW(SQLHSTMT handle, SQLWCHAR* name, SQLSMALLINT length) {
    return set_cursor_name(handle, name, length);
}

SQLRETURN SQL_API SQLGetCursorName(SQLHSTMT handle, SQLCHAR* name, SQLSMALLINT capacity,
                                   SQLSMALLINT* length) {
    return get_cursor_name(handle, name, capacity, length);
}

SQLRETURN SQL_API SQLGetCursorNameW(SQLHSTMT handle, SQLWCHAR* name, SQLSMALLINT capacity,
                                    SQLSMALLINT* length) {
    return get_cursor_name(handle, name, capacity, length);
}

}  // extern "C"
