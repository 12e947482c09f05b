// odbcinst.ini and odbc.ini of a test's own.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdlib.h>
#include <string>

#include <fmt/format.h>

#include "tests/support/node.h"

namespace dqlite::test {

/// unixODBC looks only once where its files are: so the folder is the program's, and each object
/// begins with new files in it.
class IniFiles {
  public:
    IniFiles() {
        ::setenv("ODBCSYSINI", folder().c_str(), 1);
        ::setenv("ODBCINI", user_path().c_str(), 1);
        std::filesystem::remove(user_path());
        std::filesystem::remove(system_path());
        std::ofstream{folder() + "/odbcinst.ini"}
            << fmt::format("[dqlite]\nDescription = dqlite\nDriver = {}\nSetup = {}\n",
                           DQLITE_ODBC_DRIVER, DQLITE_ODBC_SETUP);
    }

    [[nodiscard]] static std::string user() { return content(user_path()); }
    [[nodiscard]] static std::string system() { return content(system_path()); }

  private:
    static const std::string& folder() {
        static const TemporaryDirectory directory;
        return directory.path();
    }
    static std::string user_path() { return folder() + "/user.ini"; }
    static std::string system_path() { return folder() + "/odbc.ini"; }
    static std::string content(const std::string& path) {
        std::ostringstream text;
        text << std::ifstream{path}.rdbuf();
        return std::move(text).str();
    }
};

}  // namespace dqlite::test
