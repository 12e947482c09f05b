// The schema mirror is an adviser: a server that does not answer its questions still gets, and
// answers, the application's statements.
#include <array>

#include "tests/driver/live/fixture.h"
#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::test {
namespace {

wire::Buffer one_row() {
    const std::array<std::string_view, 1> names{"n"};
    const std::array row{wire::Value::integer(7)};
    wire::RowsWriter writer{names};
    writer.row(row);
    return writer.finish();
}

TEST(Adviser, ItsFailureIsNotTheStatements) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest& request) {
        if (request.sql().find("schema_version") != std::string::npos) {
            peer.send_failure(1, "no such table: pragma_schema_version");
        } else {
            peer.send(one_row());
        }
        return true;
    })};
    OdbcConnection connection{connection_string(server.address())};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    EXPECT_EQ(statement.query("SELECT n FROM t"), (Rows{{"7"}}));
}

}  // namespace
}  // namespace dqlite::test
