// Money moves from one account to another, or it does not:  transaction SERVER
#include "client/transaction.h"

#include <iostream>
#include <string>

#include "client/fetch.h"

namespace client = dqlite::client;

namespace {

client::Result<int> move_money(client::Session& session, int from, int to, int amount) {
    const auto move = [&](client::Session& s) -> client::Result<int> {
        const auto taken = client::execute(
            s, "UPDATE accounts SET money = money - ?1 WHERE id = ?2 AND money >= ?1", amount,
            from);
        if (!taken) return client::fail(taken.error());
        if (taken->rows_affected == 0) {
            return client::fail(
                {.kind = client::ErrorKind::invalid, .message = "not enough money"});
        }
        const auto given =
            client::execute(s, "UPDATE accounts SET money = money + ? WHERE id = ?", amount, to);
        if (!given) return client::fail(given.error());
        const auto money = client::fetchval<int>(s, "SELECT money FROM accounts WHERE id = ?", to);
        if (!money) return client::fail(money.error());
        return money->value_or(0);
    };
    // Once more where the leader changed or another writer was in the way.
    const client::TransactionOptions twice{.attempts = 2};
    return client::transaction(session, move, twice);
}

client::Result<void> open_accounts(client::Session& session) {
    for (const char* const sql :
         {"CREATE TABLE IF NOT EXISTS accounts (id INTEGER PRIMARY KEY, money INT)",
          "REPLACE INTO accounts VALUES (1, 100), (2, 0)"}) {
        if (const auto done = client::execute(session, sql); !done) {
            return client::fail(done.error());
        }
    }
    return {};
}

int complain(const client::Error& error) {
    std::cerr << error.message << '\n';
    // What a failure means for the data is part of it.
    return error.outcome == client::Outcome::unknown ? 3 : 1;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    client::Options options;
    options.servers = {arguments[1]};
    const auto session = client::Session::connect(options);
    if (!session) return complain(session.error());
    if (const auto opened = open_accounts(**session); !opened) return complain(opened.error());

    const auto moved = move_money(**session, 1, 2, 70);
    if (!moved) return complain(moved.error());
    std::cout << "account 2 has " << *moved << '\n';
    const auto refused = move_money(**session, 1, 2, 70);
    if (refused) return 1;
    std::cout << "again: " << refused.error().message << '\n';
    return 0;
}
