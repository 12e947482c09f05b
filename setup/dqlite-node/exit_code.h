// Why dqlite-node ended: each cause a caller can act on has a code of its own.
#pragma once

#include <string>

namespace dqlite::node {

namespace exit_code {
inline constexpr int ok = 0;
inline constexpr int library = 1;
inline constexpr int usage = 2;
inline constexpr int directory = 3;
inline constexpr int in_use = 4;
inline constexpr int other_node = 5;
inline constexpr int port_taken = 6;
inline constexpr int not_joined = 7;
inline constexpr int cluster = 8;  ///< it could not be asked, or refused
inline constexpr int unknown = 9;  ///< a change was sent, and what became of it is not known
}  // namespace exit_code

/// A cause that ends the program: its code, and what is told the user.
struct Failure {
    int code = exit_code::library;
    std::string message;
};

}  // namespace dqlite::node
