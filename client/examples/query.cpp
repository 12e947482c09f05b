// Statements with and without rows:  query SERVER
#include <cstdint>
#include <iostream>
#include <string>

#include "client/fetch.h"

namespace client = dqlite::client;

namespace {

client::Result<void> greet(client::Session& session) {
    const auto name =
        client::fetchval<std::string>(session, "SELECT name FROM people WHERE id = ?", 7);
    if (!name) return client::fail(name.error());
    std::cout << "hello, " << name->value_or("nobody") << '\n';
    return {};
}

client::Result<void> fill(client::Session& session) {
    const auto made = client::execute(
        session, "CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, name TEXT, born INT)");
    if (!made) return client::fail(made.error());
    const auto insert = client::Prepared::parse("REPLACE INTO people VALUES (?, ?, ?)");
    if (!insert) return client::fail(insert.error());
    for (const auto& [id, name] : {std::pair{7, "Ada"}, {8, "Grace"}, {9, "Zoë"}}) {
        const auto done = client::execute(session, *insert, id, name, std::optional<int>{});
        if (!done) return client::fail(done.error());
    }
    return {};
}

client::Result<void> list(client::Session& session) {
    const auto people = client::fetchall<std::int64_t, std::string, std::optional<int>>(
        session, "SELECT id, name, born FROM people ORDER BY id");
    if (!people) return client::fail(people.error());
    for (const auto& [id, name, born] : *people) {
        std::cout << id << ' ' << name << (born ? "" : ", born nobody knows when") << '\n';
    }
    return {};
}

// Any number of rows through one receive buffer.
client::Result<void> stream(client::Session& session) {
    const auto statement = client::parse_one_statement(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "SELECT i FROM n");
    if (!statement) return client::fail(statement.error());
    const auto rows = session.query(*statement);
    if (!rows) return client::fail(rows.error());
    std::int64_t sum = 0;
    while ((*rows)->next() == client::RowStream::Step::row) sum += (*rows)->row()[0].as_integer();
    if ((*rows)->failed()) return client::fail((*rows)->error());
    std::cout << "the sum of " << (*rows)->row_number() << " rows is " << sum << '\n';
    return {};
}

int complain(const client::Error& error) {
    std::cerr << error.message << '\n';
    return 1;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    client::Options options;
    options.servers = {arguments[1]};
    const auto session = client::Session::connect(options);
    if (!session) return complain(session.error());
    for (const auto step : {fill, greet, list, stream}) {
        if (const auto done = step(**session); !done) return complain(done.error());
    }
    return 0;
}
