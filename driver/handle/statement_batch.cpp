// Batches: several statements in one text. All of them run in SQLExecute, as an application that
// never asks for more results expects; what they left waits for SQLMoreResults. A statement that
// fails ends the batch: what ran before it stands.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "driver/diag/diag_fields.h"
#include "driver/handle/batch_result.h"
#include "driver/handle/data_at_execution.h"
#include "driver/handle/parameter_set.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {

/// Moves what the statement just run left out of the way of the next one.
Statement::BatchResult Statement::take_result(SQLRETURN result) {
    BatchResult taken;
    taken.statement = statement_;
    taken.description = std::move(description_);
    taken.described = described_;
    taken.cursor = std::move(cursor_);
    taken.row_count = std::exchange(row_count_, -1);
    // A searched statement of no rows is no end of the results, as SQL_NO_DATA would be.
    taken.result = result == SQL_NO_DATA ? SQLRETURN{SQL_SUCCESS} : result;
    const auto records = diagnostics().records();
    taken.records.assign(records.begin(), records.end());
    diagnostics().clear();
    return taken;
}

SQLRETURN Statement::run_batch() {
    results_.clear();
    first_parameter_ = 0;
    for (const auto& statement : batch_) {
        use(statement);
        results_.push_back(take_result(run_set()));
        first_parameter_ += statement.parameters;
        if (results_.back().result == SQL_ERROR) break;
    }
    first_parameter_ = 0;
    const auto ran = results_.size();
    const bool failed_later = ran > 1 && results_.back().result == SQL_ERROR;
    const auto result = next_result();
    if (!failed_later) return result;
    return worse(
        result, post(SqlState::s01000, fmt::format("Statement {} of {} failed and ended the batch: "
                                                   "SQLMoreResults tells why",
                                                   ran, batch_.size())));
}

/// Makes the next result the current one, with its diagnostics.
SQLRETURN Statement::next_result() {
    auto next = std::move(results_.front());
    results_.erase(results_.begin());
    use(next.statement);
    description_ = std::move(next.description);
    described_ = next.described;
    cursor_ = std::move(next.cursor);
    row_count_ = next.row_count;
    if (cursor_ == nullptr) {
        ird_->describe({});
    } else {
        describe_result();
    }
    const auto function = dynamic_function(statement_);
    diagnostics().dynamic_function = function.text;
    diagnostics().dynamic_function_code = function.code;
    diagnostics().row_count = row_count_;
    if (cursor_ != nullptr) diagnostics().cursor_row_count = std::max<SQLLEN>(row_count_, 0);
    for (auto& record : next.records) post(std::move(record));
    return next.result;
}

SQLRETURN Statement::more_results() {
    drop_cursor();
    if (!results_.empty()) return next_result();
    discard_results();
    return SQL_NO_DATA;
}

/// Back to the batch's first statement: what is described is what runs first.
void Statement::discard_results() {
    results_.clear();
    if (batch_.empty() || statement_.sql == batch_.front().sql) return;
    use(batch_.front());
}

std::vector<ParameterDescription> Statement::batch_parameters() const {
    std::vector<ParameterDescription> all;
    for (const auto& statement : batch_) {
        auto known = connection_.describer().describe(statement).parameters;
        ParameterDescription unknown;
        unknown.type = long_text_type(connection_.settings().types);
        known.resize(statement.parameters, unknown);
        all.insert(all.end(), known.begin(), known.end());
    }
    return all;
}

}  // namespace dqlite::odbc
