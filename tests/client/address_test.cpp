#include "client/address.h"

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

struct Good {
    std::string_view text;
    std::string_view canonical;
};

class GoodAddress : public testing::TestWithParam<Good> {};

TEST_P(GoodAddress, HasOneCanonicalForm) {
    const auto address = parse_address(GetParam().text);
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_EQ(address->text(), GetParam().canonical);
    EXPECT_EQ(parse_address(address->text()).value(), *address);
}

INSTANTIATE_TEST_SUITE_P(Forms, GoodAddress,
                         testing::Values(Good{"db1", "db1:9001"}, Good{"db1:7", "db1:7"},
                                         Good{"DB1.Example.COM.:65535", "db1.example.com:65535"},
                                         Good{"10.1.2.3", "10.1.2.3:9001"},
                                         Good{"10.1.2.3:80", "10.1.2.3:80"},
                                         Good{"[::1]:9101", "[::1]:9101"},
                                         Good{"[::1]", "[::1]:9001"},
                                         Good{"[2001:DB8:0:0::1]:1", "[2001:db8::1]:1"},
                                         Good{"[::ffff:10.1.2.3]:80", "10.1.2.3:80"},
                                         Good{"dqlite_node-1:9001", "dqlite_node-1:9001"}));

class BadAddress : public testing::TestWithParam<std::string> {};

TEST_P(BadAddress, IsRefused) {
    const auto address = parse_address(GetParam());
    ASSERT_FALSE(address) << address->text();
    EXPECT_EQ(address.error().kind, ErrorKind::invalid);
}

INSTANTIATE_TEST_SUITE_P(Forms, BadAddress,
                         testing::Values("", ":9001", "host:", "host:0", "host:65536", "host: 9001",
                                         "host:+1", "host:9001x", "host:٩٠٠١", "a b:1",
                                         "user@host:1", "hö:1", "-a:1", "a-:1", "a..b:1", "[::1",
                                         "[::1]x", "[::1]9001", "::1:abc", "::1", "::1:9001",
                                         "[10.1.2.3]:1", "[db1]:1", "0.0.0.0:1", "[::]:1",
                                         "224.0.0.1:1", "[ff02::1]:1", "240.0.0.1:1",
                                         "255.255.255.255:1", "1.2.3:1", "1.2.3.400:1",
                                         "host/path:1", "@unix", std::string("host\0:1", 7),
                                         std::string(64, 'a') + ":1", std::string(100'000, 'a')));

TEST(Address, TakesThePortItIsGivenWhereTheTextHasNone) {
    EXPECT_EQ(parse_address("db1", default_node_port).value().port, 8080);
    EXPECT_EQ(parse_address("db1:1", default_node_port).value().port, 1);
}

TEST(Address, NamesThePortlessOnesTheSame) {
    EXPECT_EQ(parse_address("LOCALHOST").value(), parse_address("localhost.:9001").value());
}

}  // namespace
}  // namespace dqlite::client
