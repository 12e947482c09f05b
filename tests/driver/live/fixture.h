// One node of each generation and a connection to it.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tests/driver/live/odbc.h"
#include "tests/support/each_generation.h"
#include "tests/support/node.h"

namespace dqlite::test {

class OnOneNode : public OnEachGeneration {
  protected:
    void SetUp() override {
        node_ = std::make_unique<Node>(generation());
        connection_ = std::make_unique<OdbcConnection>(connection_string(node_->address()));
        ASSERT_TRUE(connection_->ok());
    }
    void TearDown() override {
        connection_.reset();
        EXPECT_TRUE(node_->alive()) << "the node died: " << node_->output();
    }
    [[nodiscard]] OdbcConnection& connection() { return *connection_; }
    [[nodiscard]] Node& node() const { return *node_; }
    /// Runs a statement that must succeed.
    void run(const std::string& sql) {
        OdbcStatement statement{connection()};
        const auto r = statement.direct(sql);
        ASSERT_TRUE(SQL_SUCCEEDED(r) || r == SQL_NO_DATA) << sql << ": " << statement.message();
    }
    [[nodiscard]] Rows query(const std::string& sql) {
        OdbcStatement statement{connection()};
        return statement.query(sql);
    }

  private:
    std::unique_ptr<Node> node_;
    std::unique_ptr<OdbcConnection> connection_;
};

}  // namespace dqlite::test
