#include "tests/cluster/client.h"

#include <algorithm>
#include <array>
#include <thread>

#include <fmt/format.h>

namespace dqlite::test {
namespace {

constexpr std::int64_t tokens_per_client = 10'000'000;
constexpr const char* insert_sql =
    "INSERT INTO entry (token, register, value, source, target, amount) VALUES (?, ?, ?, ?, ?, ?)";

// What a fault may do to a call: anything else is a defect.
constexpr std::array<const char*, 6> states_of_faults{"40001", "40003", "08007",
                                                      "08S01", "HYT00", "HYT01"};

Told told_by(const std::optional<std::string>& state) {
    if (!state) return Told::success;
    return *state == "40003" || *state == "08007" ? Told::unknown : Told::failure;
}

}  // namespace

/// What one token is written with, the same at every attempt.
struct Client::Plan {
    bool in_transaction = false;
    bool reads_first = false;
    bool gives_up = false;  ///< is rolled back by the application itself
    std::int64_t token = 0;
    std::int64_t reg = 0;
    std::int64_t source = 0;
    std::int64_t target = 0;
    std::int64_t amount = 0;
};

Client::Client(const std::string& connection_text, std::uint64_t number, std::uint64_t seed)
    : connection_{connection_text},
      insert_{connection_},
      random_{seed + number},
      next_token_{static_cast<std::int64_t>(number + 1) * tokens_per_client} {
    if (insert_.prepare(insert_sql) != SQL_SUCCESS) note(insert_.state(), insert_.message());
}

std::int64_t Client::upto(std::int64_t last) {
    return std::uniform_int_distribution<std::int64_t>{1, last}(random_);
}

void Client::note(const std::string& state, const std::string& message) {
    const bool expected = std::find(states_of_faults.begin(), states_of_faults.end(), state) !=
                          states_of_faults.end();
    if (!expected) history_.surprises.push_back(fmt::format("{}: {}", state, message));
}

Client::Failure Client::failure_of(const OdbcStatement& statement) {
    note(statement.state(), statement.message());
    return statement.state();
}

Client::Failure Client::run_sql(const std::string& sql) {
    OdbcStatement statement{connection_};
    if (SQL_SUCCEEDED(statement.direct(sql))) return std::nullopt;
    return failure_of(statement);
}

Client::Failure Client::numbers(const std::string& sql, std::vector<std::int64_t>& out) {
    OdbcStatement statement{connection_};
    if (!SQL_SUCCEEDED(statement.direct(sql))) return failure_of(statement);
    while (true) {
        const SQLRETURN fetched = statement.fetch();
        if (fetched == SQL_NO_DATA) return std::nullopt;
        if (!SQL_SUCCEEDED(fetched)) return failure_of(statement);
        out.push_back(statement.integer(1));
    }
}

Client::Failure Client::end(bool commit) {
    const SQLRETURN ended = commit ? connection_.commit() : connection_.rollback();
    if (SQL_SUCCEEDED(ended)) return std::nullopt;
    std::string state = connection_.state();
    note(state, connection_.message());
    return state;
}

Client::Failure Client::insert(const Plan& plan, std::int64_t value) {
    std::array<std::int64_t, 6> values{plan.token,  plan.reg,    value,
                                       plan.source, plan.target, plan.amount};
    for (std::size_t i = 0; i < values.size(); ++i) {
        SQLBindParameter(insert_.handle(), static_cast<SQLUSMALLINT>(i + 1), SQL_PARAM_INPUT,
                         SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &values[i], 0, nullptr);
    }
    if (SQL_SUCCEEDED(insert_.execute())) return std::nullopt;
    return failure_of(insert_);
}

Client::Plan Client::plan(bool in_transaction) {
    Plan plan;
    plan.in_transaction = in_transaction;
    plan.token = next_token_++;
    if (!in_transaction) return plan;
    plan.reads_first = upto(5) == 1;
    plan.gives_up = upto(10) == 1;
    plan.reg = upto(static_cast<std::int64_t>(registers));
    plan.source = upto(static_cast<std::int64_t>(accounts));
    plan.target = upto(static_cast<std::int64_t>(accounts));
    plan.amount = upto(100);
    return plan;
}

Client::Failure Client::transaction(const Plan& plan) {
    std::vector<std::int64_t> value;
    const std::string read = fmt::format("SELECT value FROM register WHERE number = {}", plan.reg);
    if (plan.reads_first) {
        if (auto failed = numbers(read, value)) return failed;
    }
    for (const auto& [sign, account] : {std::pair{'-', plan.source}, std::pair{'+', plan.target}}) {
        if (auto failed =
                run_sql(fmt::format("UPDATE account SET balance = balance {} {} WHERE number = {}",
                                    sign, plan.amount, account))) {
            return failed;
        }
    }
    if (!plan.reads_first) {
        if (auto failed = numbers(read, value)) return failed;
    }
    if (auto failed = run_sql(fmt::format("UPDATE register SET value = {} WHERE number = {}",
                                          value.at(0) + 1, plan.reg))) {
        return failed;
    }
    if (auto failed = insert(plan, value.at(0) + 1)) return failed;
    return end(!plan.gives_up);
}

Client::Failure Client::attempt(const Plan& plan) {
    if (!plan.in_transaction) return insert(plan, 0);
    connection_.autocommit(false);
    Failure failed = transaction(plan);
    if (failed) {
        // Of a transaction that was lost already this sends nothing; it must not fail.
        if (auto again = end(false)) history_.surprises.push_back("ROLLBACK failed: " + *again);
    }
    if (auto off = SQL_SUCCEEDED(connection_.autocommit(true)); !off) {
        history_.surprises.push_back("autocommit: " + connection_.message());
    }
    return failed;
}

void Client::write(std::atomic<std::uint64_t>& acknowledged) {
    const Plan planned = plan(upto(2) == 1);
    // Those given up after the first failure show whether they are absent, the others whether
    // they are there twice.
    const int attempts = upto(3) == 1 ? 1 : 4;
    for (int i = 0; i < attempts; ++i) {
        const Failure failed = attempt(planned);
        // Rolled back on purpose: nothing of it may be left.
        const Told told = !failed && planned.gives_up ? Told::failure : told_by(failed);
        history_.writes.push_back({planned.token, told, i > 0, Clock::now()});
        if (told == Told::success) ++acknowledged;
        if (!failed || told == Told::unknown) return;
    }
}

Client::Failure Client::read_transaction(Read& read) {
    std::vector<std::int64_t> seen;
    if (auto failed = numbers("SELECT coalesce(max(id), 0) FROM entry", seen)) return failed;
    if (auto failed = numbers("SELECT value FROM register ORDER BY number", seen)) return failed;
    if (auto failed = numbers("SELECT sum(balance) FROM account", seen)) return failed;
    if (seen.size() != registers + 2) {
        history_.surprises.push_back(fmt::format("a read gave {} values", seen.size()));
        return "?";
    }
    read.entries = seen.front();
    std::copy_n(seen.begin() + 1, registers, read.values.begin());
    read.total = seen.back();
    return end(true);
}

void Client::read() {
    Read read;
    connection_.autocommit(false);
    const Failure failed = read_transaction(read);
    if (failed) (void)end(false);
    connection_.autocommit(true);
    read.returned = Clock::now();
    if (!failed) history_.reads.push_back(read);
}

void Client::run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& acknowledged) {
    while (!stop) {
        if (upto(4) == 1) {
            read();
        } else {
            write(acknowledged);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{upto(10)});
    }
}

}  // namespace dqlite::test
