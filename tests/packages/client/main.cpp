// A program of somebody else's, on the installed C++ client:  client SERVER
#include <array>
#include <cstdio>

#include "client/session.h"

namespace client = dqlite::client;
using dqlite::wire::Value;

int complain(const client::Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return 1;
}

int main(int count, char** arguments) {
    if (count != 2) return 2;
    client::Options options;
    options.servers = {arguments[1]};
    const auto session = client::Session::connect(options);
    if (!session) return complain(session.error());
    const auto statement = client::parse_one_statement("SELECT ? + 1");
    if (!statement) return complain(statement.error());
    const std::array parameters{Value::integer(41)};
    auto rows = (*session)->query(*statement, parameters);
    if (!rows) return complain(rows.error());
    if ((*rows)->next() != client::RowStream::Step::row) return 1;
    std::printf("%lld\n", static_cast<long long>((*rows)->row()[0].as_integer()));
}
