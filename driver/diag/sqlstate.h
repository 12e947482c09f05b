// Every SQLSTATE the driver can post, with its general text. One table; nothing else spells a
// state. Source: ODBC Reference, Appendix A.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace dqlite::odbc {

#define DQLITE_SQLSTATES(X)                                                                \
    X(s00000, "00000", "Success")                                                          \
    X(s01000, "01000", "General warning")                                                  \
    X(s01004, "01004", "String data, right truncated")                                     \
    X(s01001, "01001", "Cursor operation conflict")                                        \
    X(s01006, "01006", "Privilege not revoked")                                            \
    X(s01S00, "01S00", "Invalid connection string attribute")                              \
    X(s01S01, "01S01", "Error in row")                                                     \
    X(s01S02, "01S02", "Option value changed")                                             \
    X(s01S06, "01S06", "Attempt to fetch before the result set returned the first rowset") \
    X(s01S07, "01S07", "Fractional truncation")                                            \
    X(s07002, "07002", "COUNT field incorrect")                                            \
    X(s07005, "07005", "Prepared statement not a cursor-specification")                    \
    X(s07006, "07006", "Restricted data type attribute violation")                         \
    X(s07007, "07007", "Restricted parameter value violation")                             \
    X(s07009, "07009", "Invalid descriptor index")                                         \
    X(s07S01, "07S01", "Invalid use of default parameter")                                 \
    X(s08001, "08001", "Client unable to establish connection")                            \
    X(s08002, "08002", "Connection name in use")                                           \
    X(s08003, "08003", "Connection not open")                                              \
    X(s08004, "08004", "Server rejected the connection")                                   \
    X(s08007, "08007", "Connection failure during transaction")                            \
    X(s08S01, "08S01", "Communication link failure")                                       \
    X(s21S01, "21S01", "Insert value list does not match column list")                     \
    X(s21S02, "21S02", "Degree of derived table does not match column list")               \
    X(s22001, "22001", "String data, right truncated")                                     \
    X(s22002, "22002", "Indicator variable required but not supplied")                     \
    X(s22003, "22003", "Numeric value out of range")                                       \
    X(s22007, "22007", "Invalid datetime format")                                          \
    X(s22008, "22008", "Datetime field overflow")                                          \
    X(s22012, "22012", "Division by zero")                                                 \
    X(s22015, "22015", "Interval field overflow")                                          \
    X(s22018, "22018", "Invalid character value for cast specification")                   \
    X(s22019, "22019", "Invalid escape character")                                         \
    X(s22025, "22025", "Invalid escape sequence")                                          \
    X(s22026, "22026", "String data, length mismatch")                                     \
    X(s23000, "23000", "Integrity constraint violation")                                   \
    X(s24000, "24000", "Invalid cursor state")                                             \
    X(s25000, "25000", "Invalid transaction state")                                        \
    X(s25S01, "25S01", "Transaction state unknown")                                        \
    X(s25S03, "25S03", "Transaction is rolled back")                                       \
    X(s28000, "28000", "Invalid authorization specification")                              \
    X(s34000, "34000", "Invalid cursor name")                                              \
    X(s3C000, "3C000", "Duplicate cursor name")                                            \
    X(s3D000, "3D000", "Invalid catalog name")                                             \
    X(s3F000, "3F000", "Invalid schema name")                                              \
    X(s40001, "40001", "Serialization failure")                                            \
    X(s40002, "40002", "Integrity constraint violation")                                   \
    X(s40003, "40003", "Statement completion unknown")                                     \
    X(s42000, "42000", "Syntax error or access violation")                                 \
    X(s42S01, "42S01", "Base table or view already exists")                                \
    X(s42S02, "42S02", "Base table or view not found")                                     \
    X(s42S11, "42S11", "Index already exists")                                             \
    X(s42S12, "42S12", "Index not found")                                                  \
    X(s42S21, "42S21", "Column already exists")                                            \
    X(s42S22, "42S22", "Column not found")                                                 \
    X(sHY000, "HY000", "General error")                                                    \
    X(sHY001, "HY001", "Memory allocation error")                                          \
    X(sHY003, "HY003", "Invalid application buffer type")                                  \
    X(sHY004, "HY004", "Invalid SQL data type")                                            \
    X(sHY007, "HY007", "Associated statement is not prepared")                             \
    X(sHY008, "HY008", "Operation canceled")                                               \
    X(sHY009, "HY009", "Invalid use of null pointer")                                      \
    X(sHY010, "HY010", "Function sequence error")                                          \
    X(sHY011, "HY011", "Attribute cannot be set now")                                      \
    X(sHY012, "HY012", "Invalid transaction operation code")                               \
    X(sHY013, "HY013", "Memory management error")                                          \
    X(sHY014, "HY014", "Limit on the number of handles exceeded")                          \
    X(sHY015, "HY015", "No cursor name available")                                         \
    X(sHY016, "HY016", "Cannot modify an implementation row descriptor")                   \
    X(sHY017, "HY017", "Invalid use of an automatically allocated descriptor handle")      \
    X(sHY018, "HY018", "Server declined cancel request")                                   \
    X(sHY019, "HY019", "Non-character and non-binary data sent in pieces")                 \
    X(sHY020, "HY020", "Attempt to concatenate a null value")                              \
    X(sHY021, "HY021", "Inconsistent descriptor information")                              \
    X(sHY024, "HY024", "Invalid attribute value")                                          \
    X(sHY090, "HY090", "Invalid string or buffer length")                                  \
    X(sHY091, "HY091", "Invalid descriptor field identifier")                              \
    X(sHY092, "HY092", "Invalid attribute/option identifier")                              \
    X(sHY095, "HY095", "Function type out of range")                                       \
    X(sHY096, "HY096", "Invalid information type")                                         \
    X(sHY097, "HY097", "Column type out of range")                                         \
    X(sHY098, "HY098", "Scope type out of range")                                          \
    X(sHY099, "HY099", "Nullable type out of range")                                       \
    X(sHY100, "HY100", "Uniqueness option type out of range")                              \
    X(sHY101, "HY101", "Accuracy option type out of range")                                \
    X(sHY103, "HY103", "Invalid retrieval code")                                           \
    X(sHY104, "HY104", "Invalid precision or scale value")                                 \
    X(sHY105, "HY105", "Invalid parameter type")                                           \
    X(sHY106, "HY106", "Fetch type out of range")                                          \
    X(sHY107, "HY107", "Row value out of range")                                           \
    X(sHY109, "HY109", "Invalid cursor position")                                          \
    X(sHY110, "HY110", "Invalid driver completion")                                        \
    X(sHY111, "HY111", "Invalid bookmark value")                                           \
    X(sHY117, "HY117", "Connection is suspended due to unknown transaction state")         \
    X(sHYC00, "HYC00", "Optional feature not implemented")                                 \
    X(sHYT00, "HYT00", "Timeout expired")                                                  \
    X(sHYT01, "HYT01", "Connection timeout expired")                                       \
    X(sIM001, "IM001", "Driver does not support this function")                            \
    X(sIM007, "IM007", "No data source or driver specified; dialog prohibited")            \
    X(sIM008, "IM008", "Dialog failed")

enum class SqlState : std::uint8_t {
#define DQLITE_SQLSTATE_NAME(name, code, text) name,
    DQLITE_SQLSTATES(DQLITE_SQLSTATE_NAME)
#undef DQLITE_SQLSTATE_NAME
};

struct SqlStateEntry {
    std::string_view code;  ///< five characters
    std::string_view text;
};

inline constexpr std::array sqlstate_table{
#define DQLITE_SQLSTATE_ENTRY(name, code, text) SqlStateEntry{code, text},
    DQLITE_SQLSTATES(DQLITE_SQLSTATE_ENTRY)
#undef DQLITE_SQLSTATE_ENTRY
};

[[nodiscard]] constexpr const SqlStateEntry& entry(SqlState state) noexcept {
    return sqlstate_table[static_cast<std::size_t>(state)];
}
/// Class 01 comes with SQL_SUCCESS_WITH_INFO.
[[nodiscard]] constexpr bool is_warning(SqlState state) noexcept {
    return entry(state).code.starts_with("01");
}
[[nodiscard]] constexpr bool is_error(SqlState state) noexcept {
    return state != SqlState::s00000 && !is_warning(state);
}

}  // namespace dqlite::odbc
