// A statement: its text, its description, its parameters, its cursor. The functions of one group
// are in one file each: statement_prepare.cpp, _execute, _array, _batch, _call, _parameters,
// _fetch, _bookmarks, _change, _positioned, _bulk, _attributes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/statement.h"
#include "driver/catalog/catalog.h"
#include "driver/convert/bound_column.h"
#include "driver/convert/from_c.h"
#include "driver/convert/to_c.h"
#include "driver/handle/call_plan.h"
#include "driver/handle/connection.h"
#include "driver/handle/cursor.h"
#include "driver/handle/descriptor.h"
#include "driver/handle/handle.h"
#include "driver/handle/row_change.h"
#include "driver/sql/current_of.h"
#include "driver/sql/multi_row.h"

namespace dqlite::odbc {

struct BoundParameter;
class ParameterValues;

class Statement final : public Handle {
  public:
    static constexpr Kind handle_kind = Kind::statement;

    explicit Statement(std::shared_ptr<Connection> connection);
    ~Statement() override;
    /// Makes the four automatic descriptors; after construction, as they need registering.
    void create_descriptors();
    [[nodiscard]] std::mutex& lock() noexcept override { return connection_.lock(); }
    [[nodiscard]] bool accepts(SQLUSMALLINT function) const noexcept override;
    [[nodiscard]] Connection& connection() const noexcept { return connection_; }

    // Asynchronous execution.
    [[nodiscard]] Asynchronous& asynchronous() noexcept { return asynchronous_; }
    [[nodiscard]] bool runs_asynchronously(SQLUSMALLINT function) const noexcept {
        return asynchronous_.enabled() && connection_.may_run_asynchronously(function);
    }
    /// A function executes asynchronously that any other must not disturb: HY010.
    [[nodiscard]] bool disturbs(SQLUSMALLINT) const noexcept {
        return asynchronous_.executing() || connection_.asynchronous().executing();
    }

    // Preparing and executing. Text is UTF-8.
    SQLRETURN prepare(const std::string& sql);
    SQLRETURN execute();
    SQLRETURN execute_direct(const std::string& sql);
    SQLRETURN more_results();
    SQLRETURN param_data();
    /// What SQLParamData asks for, after SQL_NEED_DATA.
    [[nodiscard]] SQLPOINTER asked_for() const noexcept;
    SQLRETURN put_data(SQLPOINTER data, SQLLEN length);
    SQLRETURN cancel_need_data();

    // Parameters.
    SQLRETURN bind_parameter(SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type,
                             SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT decimal_digits,
                             SQLPOINTER data, SQLLEN buffer_length, SQLLEN* indicator);
    SQLRETURN parameter_count(SQLSMALLINT* count);
    SQLRETURN describe_parameter(SQLUSMALLINT number, SQLSMALLINT* type, SQLULEN* size,
                                 SQLSMALLINT* digits, SQLSMALLINT* nullable);

    // Columns.
    SQLRETURN column_count(SQLSMALLINT* count);
    /// nullptr, with a diagnostic, for HY010 not prepared, 07005 no result, 07009 no such column.
    const ColumnDescription* column(SQLUSMALLINT number);
    SQLRETURN column_attribute(SQLUSMALLINT number, SQLUSMALLINT field,
                               Descriptor::FieldValue& out);
    SQLRETURN row_count(SQLLEN* count);

    // Fetching.
    SQLRETURN bind_column(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                          SQLLEN buffer_length, SQLLEN* indicator);
    SQLRETURN fetch(SQLSMALLINT orientation, SQLLEN offset);
    SQLRETURN extended_fetch(SQLUSMALLINT orientation, SQLLEN offset, SQLULEN* row_count,
                             SQLUSMALLINT* row_status);
    SQLRETURN get_data(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN capacity,
                       SQLLEN* indicator);
    SQLRETURN set_position(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock_type);
    SQLRETURN bulk_operations(SQLUSMALLINT operation);
    SQLRETURN close_cursor(bool complain);  ///< complain: 24000 if none is open
    /// Ends what is open or waited for; text, bindings and attributes stay.
    void reset() noexcept;
    void unbind_columns();
    void reset_parameters();
    SQLRETURN check_bind_parameter(SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type,
                                   SQLSMALLINT sql_type, SQLLEN buffer_length);
    [[nodiscard]] bool cursor_is_open() const noexcept { return cursor_ != nullptr; }

    // Catalogue: a query of the catalogue functions, run and opened as a cursor.
    SQLRETURN run_catalog(const CatalogQuery& query);
    [[nodiscard]] CatalogOptions catalog_options() const;

    // Attributes and names.
    SQLRETURN get_attribute(SQLINTEGER id, SQLULEN& number, SQLPOINTER& pointer);
    SQLRETURN set_attribute(SQLINTEGER id, SQLPOINTER value);
    SQLRETURN set_cursor_name(const std::string& name);
    [[nodiscard]] const std::string& cursor_name();
    [[nodiscard]] bool has_cursor_name(std::string_view name) const noexcept;

    /// An explicit descriptor is freed: those who used it fall back to their own.
    void descriptor_freed(const Descriptor& descriptor) noexcept;
    /// Describes the columns if a prepared statement's are still unknown (HY007 if not prepared).
    SQLRETURN ensure_described();
    enum class Described : unsigned char { columns, parameters };
    /// False while ensure_described() has something to find out about them.
    [[nodiscard]] bool is_described(Described what) const noexcept {
        if (!prepared_ || described_) return true;
        return what == Described::columns && !statement_.returns_rows;
    }
    [[nodiscard]] bool prepared() const noexcept { return prepared_; }
    /// It is freed, or its connection ends: lets go of the session and retires it with its own
    /// descriptors.
    void release() noexcept;

  private:
    struct ParameterSource;
    struct DataAtExecution;

    enum class LocalAnswer : unsigned char { none, busy_timeout, procedure };

    void retire_descriptors() noexcept;

    // Preparing.
    SQLRETURN load_text(const std::string& sql);
    void use(const client::Statement& statement);
    void describe_local_answer();
    [[nodiscard]] std::optional<client::Error> describe(bool fresh, wire::Parameters parameters);
    [[nodiscard]] std::optional<client::Error> refresh_mirror();
    [[nodiscard]] std::optional<client::Error> describe_by_probe(wire::Parameters parameters);
    void describe_from_mirror();
    void set_text_to_send(const std::string& sql);

    // Executing.
    SQLRETURN start();
    SQLRETURN run();
    SQLRETURN run_set();
    SQLRETURN skip_set();
    SQLRETURN run_rows(wire::Parameters parameters);
    SQLRETURN run_no_rows(wire::Parameters parameters);
    SQLRETURN result_of_count(SQLLEN rows) const;

    // Procedures.
    SQLRETURN load_call(const std::string& sql, const ProcedureCall& call);
    [[nodiscard]] bool calls_procedure() const noexcept;
    [[nodiscard]] bool is_output_only(SQLSMALLINT number) const;
    SQLRETURN read_marker(const ProcedureColumn& parameter, SQLSMALLINT number,
                          ProcedureValue& out);
    SQLRETURN read_arguments(std::vector<ProcedureValue>& out);
    SQLRETURN deliver_output(SQLSMALLINT number, const SqlType& type, const ProcedureValue& value);
    SQLRETURN deliver_outputs(const std::vector<ProcedureValue>& outputs);
    SQLRETURN run_procedure();

    // Batches (AllowMultiStatements).
    struct BatchResult;
    SQLRETURN run_batch();
    [[nodiscard]] BatchResult take_result(SQLRETURN result);
    SQLRETURN next_result();
    void discard_results();

    // Arrays of parameters.
    struct ArrayOutcome;
    class ArraySender;
    SQLRETURN run_array();
    SQLRETURN run_array_in_transaction(ArrayOutcome& outcome);
    [[nodiscard]] bool run_multi_row(const MultiRowInsert& insert, ArrayOutcome& outcome);
    [[nodiscard]] std::size_t rows_a_request(const MultiRowInsert& insert);
    [[nodiscard]] std::optional<MultiRowInsert> rewritable() const;
    [[nodiscard]] client::Result<void> restart_array(bool own);
    [[nodiscard]] client::Result<void> command(const char* sql);
    SQLRETURN run_sets(ArrayOutcome& outcome);
    void note_set(SQLULEN set, const client::Result<client::Execution>* result,
                  ArrayOutcome& outcome);
    SQLRETURN answer_locally();
    SQLRETURN open_cursor(std::unique_ptr<client::RowStream> rows);
    SQLRETURN executed(const client::Execution& execution);
    SQLRETURN failed(const client::Error& error);
    [[nodiscard]] client::Call call_options() const;
    [[nodiscard]] bool answer_is_stale(const client::RowStream& rows) const;

    // Parameters.
    [[nodiscard]] std::uint32_t parameters_wanted() const noexcept;
    [[nodiscard]] std::vector<ParameterDescription> batch_parameters() const;
    /// Looks up how the parameters go, where their binding has changed; or why they do not.
    SQLRETURN plan_parameters();
    SQLRETURN check_parameter(SQLSMALLINT number);
    [[nodiscard]] BoundParameter bound_parameter(SQLSMALLINT number) const;
    [[nodiscard]] bool set_is_ignored(SQLULEN set) const;
    [[nodiscard]] ParameterSource source_of(SQLSMALLINT number, SQLULEN set) const;
    SQLRETURN bad_parameter(SQLSMALLINT number, SQLULEN set, SqlState state, std::string_view text);
    SQLRETURN append_parameter(SQLSMALLINT number, SQLULEN set, ParameterValues& out);
    SQLRETURN append_set(SQLULEN set, ParameterValues& out);
    SQLRETURN collect_data_at_execution();

    // Fetching.
    void drop_cursor() noexcept;
    SQLRETURN fetch_rowset(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size, SQLULEN* fetched,
                           SQLUSMALLINT* row_status);
    /// Looks up what all rows have in common, if that has changed; deliver_row() then goes row by
    /// row.
    void plan_delivery();
    SQLRETURN deliver_row(SQLULEN index, std::span<const wire::Value> row);
    class RowsetDelivery;
    /// Delivers the rowset once more.
    SQLRETURN deliver_rowset(SQLUSMALLINT* row_status);
    enum class RowState : unsigned char { there, deleted, failed };
    RowState read_if_added(SQLULEN index);
    SQLRETURN post_conversion(SqlState state, SQLSMALLINT number, SQLULEN index);

    // Bookmarks.
    [[nodiscard]] bool uses_bookmarks() const noexcept { return use_bookmarks_ != SQL_UB_OFF; }
    void describe_result();
    [[nodiscard]] SqlState check_bookmark_binding() const;
    void put_bookmark(std::uint64_t number, SQLULEN row);
    void put_bookmarks();
    SQLRETURN get_bookmark(CTarget& target);
    [[nodiscard]] bool is_bookmark(const void* bookmark, SQLLEN length,
                                   std::uint64_t& number) const;
    [[nodiscard]] std::uint64_t bound_bookmark(SQLULEN row) const;
    SQLRETURN fetch_bookmark_row(SQLLEN& offset);

    // Changing rows through the cursor.
    struct Change;
    struct ChangedRow;
    void plan_changes();
    SQLRETURN tell_concurrency();
    [[nodiscard]] SQLULEN effective_concurrency() const noexcept;
    SQLRETURN check_writable();
    SQLRETURN check_columns();
    [[nodiscard]] CSource column_source(SQLSMALLINT number, SQLULEN row, bool& ignored) const;
    SQLRETURN bad_row(SqlState state, std::string message, SQLULEN row, SQLINTEGER column = 0);
    SQLRETURN bad_row(const client::Error& error, SQLULEN row);
    [[nodiscard]] Change change_of_rowset(SQLUSMALLINT operation, SQLULEN first,
                                          SQLULEN count) const;
    SQLRETURN fetch_by_bookmark();
    SQLRETURN start_change(const Change& change);
    SQLRETURN collect_columns(const Change& change);
    SQLRETURN run_change(const Change& change);
    SQLRETURN run_rows_of(const Change& change, std::vector<ChangedRow>& rows,
                          ParameterValues& storage);
    SQLRETURN change_row(const Change& change, ChangedRow& row, ParameterValues& storage);
    SQLRETURN add_rows(std::vector<ChangedRow>& rows, ParameterValues& storage);
    SQLRETURN note_execution(ChangedRow& row, const client::Result<client::Execution>& execution);
    SQLRETURN convert_columns(SQLULEN row, std::vector<ColumnValue>& set, ParameterValues& storage);
    SQLRETURN tell_change(const Change& change, std::vector<ChangedRow>& rows, SQLRETURN ran);
    SQLRETURN show_change(const Change& change, ChangedRow& row);
    [[nodiscard]] SQLUSMALLINT* row_statuses() const noexcept;
    [[nodiscard]] client::Result<void> read_again(std::uint64_t number,
                                                  std::span<const wire::Value> key);
    SQLRETURN refresh_rows(SQLULEN first, SQLULEN count);

    // UPDATE and DELETE … WHERE CURRENT OF another statement's cursor.
    [[nodiscard]] Statement* owner_of_cursor(std::string_view name) const;
    SQLRETURN check_current_of();
    SQLRETURN run_positioned(wire::Parameters parameters);

    // Attributes.
    SQLRETURN set_concurrency(SQLULEN number);
    SQLRETURN set_cursor_attribute(SQLINTEGER id, SQLULEN number);
    SQLRETURN set_array_attribute(SQLINTEGER id, SQLPOINTER value);
    SQLRETURN set_flag(bool& flag, SQLULEN number, SQLULEN on);
    SQLRETURN set_descriptor(std::shared_ptr<Descriptor>& used,
                             const std::shared_ptr<Descriptor>& own, SQLPOINTER value);

    const std::shared_ptr<Connection> kept_;  ///< alive for its lock, should it be freed first
    Connection& connection_;
    Asynchronous asynchronous_;
    std::shared_ptr<Descriptor> own_ard_, own_apd_, ird_, ipd_;
    std::shared_ptr<Descriptor> ard_, apd_;  ///< in use: own or explicit

    // The text.
    bool prepared_ = false;
    bool executed_ = false;
    bool described_ = false;       ///< description_ is as good as it gets before execution
    bool direct_ = false;          ///< by SQLExecDirect: sent in one round trip, not prepared
    client::Statement statement_;  ///< as translated
    client::Statement to_send_;    ///< the same, projected where needed
    std::optional<CurrentOf> current_of_;      ///< it is a positioned UPDATE or DELETE
    std::shared_ptr<const KeyedQuery> keyed_;  ///< how the rows now asked for can be changed
    Description description_;
    LocalAnswer local_answer_ = LocalAnswer::none;
    CallPlan call_;  ///< what LocalAnswer::procedure calls

    // A batch: statement_ is one of its statements, the first until it runs.
    std::vector<client::Statement> batch_;  ///< empty for a text of one statement
    std::vector<BatchResult> results_;      ///< those SQLMoreResults has not come to
    std::uint32_t first_parameter_ = 0;     ///< how many parameters the statements before it have

    // The answer.
    std::unique_ptr<Cursor> cursor_;
    std::vector<BoundColumn> bound_columns_;  ///< as of bound_as_
    struct Binding {
        std::uint64_t ard = 0;  ///< Descriptor::version()
        std::uint64_t ird = 0;
        SQLLEN offset = 0;
        SQLINTEGER bind_type = 0;
        SQLULEN max_length = 0;
        friend bool operator==(const Binding&, const Binding&) = default;
    };
    Binding bound_as_;
    SQLLEN row_count_ = -1;

    // SQLGetData.
    /// How a column was converted last.
    struct Resolved {
        SQLSMALLINT c_type = SQL_C_DEFAULT;
        ToC convert = nullptr;
    };
    /// Looked up again where the C type or the result has changed.
    [[nodiscard]] ToC resolved(SQLSMALLINT number, const SqlType& type, SQLSMALLINT c_type);
    std::vector<Resolved> resolved_;  ///< as of resolved_for_
    std::uint64_t resolved_for_ = 0;  ///< the IRD's version
    SQLULEN current_row_ = 0;         ///< 0-based in the rowset
    SQLSMALLINT partial_column_ = 0;
    PartialRead partial_;
    bool extended_fetch_used_ = false;
    bool fetch_used_ = false;
    SQLUSMALLINT* extended_row_status_ = nullptr;  ///< of the last SQLExtendedFetch

    std::unique_ptr<ParameterValues> parameters_;
    std::vector<BoundParameter> bound_parameters_;  ///< as of parameters_bound_as_
    struct ParameterBinding {
        std::uint64_t apd = 0;  ///< Descriptor::version()
        std::uint64_t ipd = 0;
        SQLINTEGER bind_type = 0;
        std::uint32_t wanted = 0;
        bool procedure = false;
        friend bool operator==(const ParameterBinding&, const ParameterBinding&) = default;
    };
    ParameterBinding parameters_bound_as_;
    std::unique_ptr<DataAtExecution> data_at_execution_;

    // Attributes.
    SQLULEN cursor_type_ = SQL_CURSOR_FORWARD_ONLY;
    SQLULEN concurrency_ = SQL_CONCUR_READ_ONLY;
    SQLULEN use_bookmarks_ = SQL_UB_OFF;
    SQLPOINTER fetch_bookmark_ptr_ = nullptr;
    SQLULEN max_rows_ = 0;
    SQLULEN max_length_ = 0;
    SQLULEN query_timeout_ = 0;
    bool noscan_ = false;
    bool retrieve_data_ = true;
    bool metadata_id_ = false;
    SQLULEN sensitivity_ = SQL_UNSPECIFIED;
    std::string cursor_name_;
    SQLULEN extended_rowset_size_ = 1;  ///< SQL_ROWSET_SIZE, for SQLExtendedFetch only
};

}  // namespace dqlite::odbc
