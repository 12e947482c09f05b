// The programs of client/examples, as they are, on real nodes.
#include <gtest/gtest.h>

#include "tests/support/each_generation.h"
#include "tests/support/node.h"
#include "tests/support/process.h"

namespace dqlite::client {
namespace {

class Examples : public test::OnEachGeneration {
  protected:
    /// What the program writes, run to its end on the node.
    [[nodiscard]] std::string run(const std::string& example) {
        test::Process process;
        process.start({std::string{DQLITE_EXAMPLES} + "/example-" + example, node_.address()});
        const std::chrono::seconds patience{60};
        (void)process.wait_for_line("no such line", patience);  // reads to the end
        EXPECT_EQ(process.wait(patience), 0) << process.output();
        return process.output();
    }
    test::Node node_{generation()};
};
DQLITE_ON_EACH_GENERATION(Examples);

TEST_P(Examples, Query) {
    EXPECT_EQ(run("query"),
              "hello, Ada\n"
              "7 Ada, born nobody knows when\n"
              "8 Grace, born nobody knows when\n"
              "9 Zoë, born nobody knows when\n"
              "the sum of 100000 rows is 5000050000\n");
}

TEST_P(Examples, Transaction) {
    EXPECT_EQ(run("transaction"), "account 2 has 70\nagain: not enough money\n");
}

TEST_P(Examples, Pool) {
    EXPECT_TRUE(run("pool").starts_with("counted to 100 with "));
}

TEST_P(Examples, Coroutine) {
    EXPECT_EQ(run("coroutine"),
              "1 2 3 4 5 6 7 8 9 10 \n"
              "that took too long\n"
              "hello, number 7\nhello, number 7\nhello, number 7\n");
}

}  // namespace
}  // namespace dqlite::client
