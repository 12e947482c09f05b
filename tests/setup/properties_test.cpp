// The list of properties that setup programs show, as the installer gets it.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <odbcinstext.h>

#include "driver/tables/connection_keys.h"
#include "tests/setup/ini_files.h"

// The installer exports these, and its header does not declare them.
extern "C" {
int ODBCINSTConstructProperties(char* driver, HODBCINSTPROPERTY* first);
int ODBCINSTDestructProperties(HODBCINSTPROPERTY* first);
}

namespace dqlite::test {
namespace {

using odbc::KeyKind;

class Properties : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string driver = "dqlite";
        ASSERT_EQ(ODBCINSTConstructProperties(driver.data(), &first_), ODBCINST_SUCCESS);
    }
    void TearDown() override {
        if (first_ != nullptr) ODBCINSTDestructProperties(&first_);
    }
    [[nodiscard]] const ODBCINSTPROPERTY* find(std::string_view name) const {
        const ODBCINSTPROPERTY* property = first_;
        while (property != nullptr && property->szName != name) property = property->pNext;
        return property;
    }
    /// The installer has unloaded the library by now: nothing here may point into it.
    [[nodiscard]] static std::vector<std::string> choices(const ODBCINSTPROPERTY& property) {
        std::vector<std::string> words;
        for (char** one = property.aPromptData; one != nullptr && *one != nullptr; ++one) {
            words.emplace_back(*one);
        }
        return words;
    }

    IniFiles files_;
    HODBCINSTPROPERTY first_ = nullptr;
};

TEST_F(Properties, AreTheConnectionKeysInTheirOrder) {
    std::vector<std::string> expected{"Name", "Description", "Driver"};  // the installer's own
    for (const auto& key : odbc::connection_keys()) expected.emplace_back(key.name);
    std::vector<std::string> names;
    for (const auto* one = first_; one != nullptr; one = one->pNext)
        names.emplace_back(one->szName);
    EXPECT_EQ(names, expected);
}

TEST_F(Properties, HaveDefaultsAndHelp) {
    for (const auto& key : odbc::connection_keys()) {
        const ODBCINSTPROPERTY* const property = find(key.name);
        ASSERT_NE(property, nullptr) << key.name;
        EXPECT_EQ(property->szValue, key.default_value) << key.name;
        ASSERT_NE(property->pszHelp, nullptr) << key.name;
        EXPECT_EQ(property->pszHelp, key.help) << key.name;
    }
}

TEST_F(Properties, AreAskedForByTheirKind) {
    const std::map<KeyKind, int> prompts{
        {KeyKind::text, ODBCINST_PROMPTTYPE_TEXTEDIT},
        {KeyKind::secret, ODBCINST_PROMPTTYPE_TEXTEDIT_PASSWORD},
        {KeyKind::path, ODBCINST_PROMPTTYPE_FILENAME},
        {KeyKind::boolean, ODBCINST_PROMPTTYPE_LISTBOX},
        {KeyKind::count, ODBCINST_PROMPTTYPE_TEXTEDIT},
        {KeyKind::bytes, ODBCINST_PROMPTTYPE_TEXTEDIT},
        {KeyKind::seconds, ODBCINST_PROMPTTYPE_TEXTEDIT},
        {KeyKind::microseconds, ODBCINST_PROMPTTYPE_TEXTEDIT},
        {KeyKind::choice, ODBCINST_PROMPTTYPE_LISTBOX},
    };
    for (const auto& key : odbc::connection_keys()) {
        const ODBCINSTPROPERTY* const property = find(key.name);
        ASSERT_NE(property, nullptr) << key.name;
        EXPECT_EQ(property->nPromptType, prompts.at(key.kind)) << key.name;
        const bool lists = property->nPromptType == ODBCINST_PROMPTTYPE_LISTBOX;
        const auto words = choices(*property);
        EXPECT_EQ(!words.empty(), lists) << key.name;
        const auto defaults = std::ranges::count(words, std::string{property->szValue});
        EXPECT_EQ(defaults, lists ? 1 : 0) << key.name;
    }
    const ODBCINSTPROPERTY* const mode = find("BeginMode");
    EXPECT_EQ(choices(*mode), (std::vector<std::string>{"auto", "deferred", "immediate"}));
    EXPECT_EQ(choices(*find("TLS")), (std::vector<std::string>{"0", "1"}));
}

}  // namespace
}  // namespace dqlite::test
