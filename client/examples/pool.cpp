// Four threads share two sessions:  pool SERVER
#include "client/pool.h"

#include <array>
#include <iostream>
#include <thread>

#include "client/fetch.h"

namespace client = dqlite::client;

namespace {

int complain(const client::Error& error) {
    std::cerr << error.message << '\n';
    return 1;
}

void count_up(client::Pool& pool) {
    for (int i = 0; i < 25; ++i) {
        const auto session = pool.acquire();  // goes back at the end of the block
        if (!session) {
            complain(session.error());
            return;
        }
        const auto counted = client::execute(**session, "UPDATE counter SET n = n + 1");
        if (!counted) complain(counted.error());
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    client::Options options;
    options.servers = {arguments[1]};
    const auto pool = client::Pool::open(options, {.min_sessions = 1, .max_sessions = 2});
    if (!pool) return complain(pool.error());
    for (const char* const sql : {"CREATE TABLE IF NOT EXISTS counter (n INTEGER)",
                                  "DELETE FROM counter", "INSERT INTO counter VALUES (0)"}) {
        const auto session = (*pool)->acquire();
        if (!session) return complain(session.error());
        if (const auto done = client::execute(**session, sql); !done) return complain(done.error());
    }
    {
        std::array<std::jthread, 4> threads;
        for (auto& thread : threads) thread = std::jthread{[&] { count_up(**pool); }};
    }
    const auto session = (*pool)->acquire();
    if (!session) return complain(session.error());
    const auto n = client::fetchval<int>(**session, "SELECT n FROM counter");
    if (!n) return complain(n.error());
    std::cout << "counted to " << n->value_or(0) << " with " << (*pool)->statistics().opened
              << " sessions\n";
    return 0;
}
