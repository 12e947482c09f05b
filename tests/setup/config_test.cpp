// ConfigDSN and ConfigDriver, called by the installer as setup programs have it called.
#include <array>
#include <cstdio>
#include <dlfcn.h>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <odbcinstext.h>

#include "driver/odbc.h"
#include "tests/setup/ini_files.h"

namespace dqlite::test {
namespace {

using namespace std::string_literals;

struct InstallerError {
    DWORD code = 0;
    std::string text;
};

/// The newest of at most eight: the installer clears them, but nobody does before a direct call.
InstallerError last_error() {
    InstallerError error;
    std::array<char, 600> text{};
    WORD length = 0;
    DWORD code = 0;
    for (WORD i = 1; SQLInstallerError(i, &code, text.data(), text.size(), &length) == SQL_SUCCESS;
         ++i) {
        error = {code, text.data()};
    }
    return error;
}

/// Attributes are written with NULs between; a std::string adds the second one at the end.
bool configure(WORD request, const std::string& attributes, HWND window = nullptr) {
    return SQLConfigDataSource(window, request, "dqlite", attributes.c_str()) != 0;
}

/// "key = value" as the installer writes it, spaces left out.
std::string squeezed(std::string text) {
    std::erase(text, ' ');
    return text;
}

class ConfigDsn : public ::testing::Test {
  protected:
    void add(const std::string& attributes) {
        ASSERT_TRUE(configure(ODBC_ADD_DSN, attributes)) << last_error().text;
    }
    [[nodiscard]] static std::string user() { return squeezed(IniFiles::user()); }
    [[nodiscard]] static std::string system() { return squeezed(IniFiles::system()); }

    IniFiles files_;
};

TEST_F(ConfigDsn, AddsADataSourceOfTheUser) {
    add("DSN=shop\0server=10.0.0.1,10.0.0.2\0Description=the shop\0"s);
    EXPECT_NE(user().find("[shop]\n"), std::string::npos) << user();
    EXPECT_NE(user().find("Driver=dqlite\n"), std::string::npos) << user();
    EXPECT_NE(user().find("Server=10.0.0.1,10.0.0.2\n"), std::string::npos) << user();
    EXPECT_NE(user().find("Description=theshop\n"), std::string::npos) << user();
    EXPECT_EQ(system(), "");
}

TEST_F(ConfigDsn, AddsADataSourceOfTheMachine) {
    ASSERT_TRUE(configure(ODBC_ADD_SYS_DSN, "DSN=shop\0Server=10.0.0.1\0"s)) << last_error().text;
    EXPECT_NE(system().find("[shop]\n"), std::string::npos) << system();
    EXPECT_NE(system().find("Server=10.0.0.1\n"), std::string::npos) << system();
    EXPECT_EQ(user(), "");
}

TEST_F(ConfigDsn, AWindowChangesNothing) {
    int somewhere = 0;
    ASSERT_TRUE(configure(ODBC_ADD_DSN, "DSN=shop\0Server=10.0.0.1\0"s,
                          reinterpret_cast<HWND>(&somewhere)));
    EXPECT_NE(user().find("Server=10.0.0.1\n"), std::string::npos) << user();
}

TEST_F(ConfigDsn, AddingAgainLeavesNothingOfTheOldOne) {
    add("DSN=shop\0Server=10.0.0.1\0Timeout=3\0"s);
    add("DSN=shop\0Server=10.0.0.2\0"s);
    EXPECT_NE(user().find("Server=10.0.0.2\n"), std::string::npos) << user();
    EXPECT_EQ(user().find("Timeout"), std::string::npos) << user();
    EXPECT_EQ(user().find("[shop]"), user().rfind("[shop]")) << user();
}

TEST_F(ConfigDsn, ChangesWhatIsGivenAndKeepsTheRest) {
    add("DSN=shop\0Server=10.0.0.1\0Timeout=3\0Database=shop\0"s);
    ASSERT_TRUE(configure(ODBC_CONFIG_DSN, "DSN=shop\0TIMEOUT=4\0Database=\0"s))
        << last_error().text;
    EXPECT_NE(user().find("Server=10.0.0.1\n"), std::string::npos) << user();
    EXPECT_NE(user().find("Timeout=4\n"), std::string::npos) << user();
    EXPECT_EQ(user().find("Timeout=3"), std::string::npos) << user();
    EXPECT_EQ(user().find("Database"), std::string::npos) << "an empty value removes the key";
    EXPECT_NE(user().find("Driver=dqlite\n"), std::string::npos) << user();
}

TEST_F(ConfigDsn, AnAliasIsWrittenAsTheKeyItMeans) {
    add("DSN=shop\0Servers=10.0.0.1\0User=ann\0"s);
    EXPECT_NE(user().find("Server=10.0.0.1\n"), std::string::npos) << user();
    EXPECT_NE(user().find("UID=ann\n"), std::string::npos) << user();
    EXPECT_EQ(user().find("Servers"), std::string::npos) << user();
}

TEST_F(ConfigDsn, RemovesWhatItAdded) {
    add("DSN=shop\0Server=10.0.0.1\0"s);
    add("DSN=other\0Server=10.0.0.9\0"s);
    ASSERT_TRUE(configure(ODBC_REMOVE_DSN, "DSN=shop\0"s)) << last_error().text;
    EXPECT_EQ(user().find("shop"), std::string::npos) << user();
    EXPECT_NE(user().find("[other]"), std::string::npos) << user();
}

TEST_F(ConfigDsn, SaysWhatIsWrong) {
    const auto refused = [](WORD request, const std::string& attributes, DWORD code,
                            std::string_view word) {
        EXPECT_FALSE(configure(request, attributes));
        const auto error = last_error();
        EXPECT_EQ(error.code, code) << error.text;
        EXPECT_NE(error.text.find(word), std::string::npos) << error.text;
    };
    refused(ODBC_CONFIG_DSN, "DSN=nowhere\0Timeout=3\0"s, ODBC_ERROR_INVALID_DSN, "nowhere");
    refused(ODBC_REMOVE_DSN, "DSN=nowhere\0"s, ODBC_ERROR_INVALID_DSN, "nowhere");
    refused(ODBC_ADD_DSN, "Server=10.0.0.1\0"s, ODBC_ERROR_INVALID_DSN, "DSN=");
    refused(ODBC_ADD_DSN, "DSN=a;b\0"s, ODBC_ERROR_INVALID_DSN, "a;b");
    refused(ODBC_ADD_DSN, "DSN=x\0Serverr=10.0.0.1\0"s, ODBC_ERROR_INVALID_KEYWORD_VALUE,
            "Serverr");
    refused(ODBC_ADD_DSN, "DSN=x\0Timeout=soon\0"s, ODBC_ERROR_INVALID_KEYWORD_VALUE, "soon");
    refused(ODBC_ADD_DSN, "DSN=x\0Driver=dqlite\0"s, ODBC_ERROR_INVALID_KEYWORD_VALUE, "Driver");
    refused(ODBC_ADD_DSN, "DSN=x\0Server\0"s, ODBC_ERROR_INVALID_KEYWORD_VALUE, "key=value");
    EXPECT_EQ(user(), "");
    EXPECT_EQ(system(), "");
}

// The installer checks some arguments itself; other programs call the library directly.
class SetupLibrary : public ConfigDsn {
  protected:
    SetupLibrary() : library_{::dlopen(DQLITE_ODBC_SETUP, RTLD_NOW | RTLD_LOCAL)} {}
    ~SetupLibrary() override { ::dlclose(library_); }

    template <typename Function>
    Function* function(const char* name) const {
        return reinterpret_cast<Function*>(::dlsym(library_, name));
    }

  private:
    void* library_;
};

TEST_F(SetupLibrary, ExportsWhatSetupProgramsCallAndNothingElse) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> symbols{
        ::popen("nm -D --defined-only '" DQLITE_ODBC_SETUP "' | cut -d ' ' -f 3 | tr '\\n' ' '",
                "r"),
        ::pclose};
    std::array<char, 1000> names{};
    ASSERT_NE(symbols, nullptr);
    ASSERT_NE(std::fgets(names.data(), names.size(), symbols.get()), nullptr);
    EXPECT_STREQ(names.data(), "ConfigDSN ConfigDriver ODBCINSTGetProperties ");
}

TEST_F(SetupLibrary, RefusesRequestsAndDriversItDoesNotKnow) {
    auto* const config_dsn = function<decltype(ConfigDSN)>("ConfigDSN");
    ASSERT_NE(config_dsn, nullptr) << ::dlerror();
    EXPECT_FALSE(config_dsn(nullptr, ODBC_REMOVE_DEFAULT_DSN, "dqlite", "DSN=x\0"));
    EXPECT_EQ(last_error().code, DWORD{ODBC_ERROR_INVALID_REQUEST_TYPE});
    for (const char* driver : {"nobody's", "", static_cast<const char*>(nullptr)}) {
        EXPECT_FALSE(config_dsn(nullptr, ODBC_ADD_DSN, driver, "DSN=x\0"));
        EXPECT_EQ(last_error().code, DWORD{ODBC_ERROR_INVALID_NAME});
    }
    EXPECT_EQ(user(), "");
}

TEST_F(SetupLibrary, ConfigDriverHasAMessageAndNothingToDo) {
    auto* const config_driver = function<decltype(ConfigDriver)>("ConfigDriver");
    ASSERT_NE(config_driver, nullptr) << ::dlerror();
    std::array<char, 100> text{};
    WORD length = 0;
    for (const WORD request : {WORD{ODBC_INSTALL_DRIVER}, WORD{ODBC_REMOVE_DRIVER}}) {
        EXPECT_TRUE(
            config_driver(nullptr, request, "dqlite", nullptr, text.data(), text.size(), &length));
        EXPECT_EQ(std::string_view{text.data()}.size(), length);
        EXPECT_TRUE(config_driver(nullptr, request, "dqlite", nullptr, text.data(), 5, &length));
        EXPECT_EQ(std::string_view{text.data()}, "The ");
        EXPECT_GT(length, 5);
        EXPECT_TRUE(config_driver(nullptr, request, "dqlite", nullptr, nullptr, 0, nullptr));
    }
    EXPECT_FALSE(
        config_driver(nullptr, ODBC_CONFIG_DRIVER_MAX + 1, "dqlite", nullptr, nullptr, 0, nullptr));
    EXPECT_EQ(last_error().code, DWORD{ODBC_ERROR_INVALID_REQUEST_TYPE});
    EXPECT_EQ(user(), "");
    EXPECT_EQ(system(), "");
}

}  // namespace
}  // namespace dqlite::test
