// Options of CLI11 whose values have a grammar.
//
// Owns: turning the answer of a parser into an option or a usage error. Does not own: which options
// there are. Only command_line.cc includes it, for CLI11 takes seconds to compile.
#ifndef ASHLAR_TOOLS_ASHLAR_CLI_OPTIONS_H_
#define ASHLAR_TOOLS_ASHLAR_CLI_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::tools {

template <typename Value>
using Choices = std::vector<std::pair<std::string_view, Value>>;

[[noreturn]] inline void BadValue(const std::string& option, const std::string& value,
                                  std::string_view expected) {
  throw CLI::ValidationError(option,
                             base::StrCat(base::QuoteForMessage(value), " is not ", expected));
}

// An option whose value is one of a few words.
template <typename Value>
void AddChoice(CLI::App& app, const std::string& option, Value& target,
               const Choices<Value>& choices, const std::string& description) {
  std::string words;
  for (const auto& [word, value] : choices) words += base::StrCat(words.empty() ? "" : "|", word);
  app.add_option_function<std::string>(
         option,
         [&target, choices, option, words](const std::string& text) {
           for (const auto& [word, value] : choices) {
             if (word == text) {
               target = value;
               return;
             }
           }
           BadValue(option, text, base::StrCat("one of ", words));
         },
         description)
      ->type_name(words);
}

// An option whose value has a grammar.
template <typename Value, typename Parse>
void AddParsed(CLI::App& app, const std::string& option, Value& target, Parse parse,
               const std::string& expected, const std::string& description) {
  app.add_option_function<std::string>(
         option,
         [&target, parse, option, expected](const std::string& text) {
           auto value = parse(text);
           if (!value.has_value()) BadValue(option, text, expected);
           target = *std::move(value);
         },
         description)
      ->type_name(expected);
}

// An option that may be given several times, each time with a list.
template <typename Value, typename Parse>
void AddList(CLI::App& app, const std::string& option, Value& target, Parse parse,
             const std::string& expected, const std::string& description) {
  app.add_option_function<std::vector<std::string>>(
         option,
         [&target, parse, option, expected](const std::vector<std::string>& texts) {
           auto value = parse(texts);
           if (!value.has_value()) BadValue(option, texts.back(), expected);
           target = *std::move(value);
         },
         description)
      ->type_name(expected)
      ->allow_extra_args(false);
}

// An option in the language of queries, whose parsers say what is wrong, and where.
template <typename Value, typename Parse>
void AddQueryText(CLI::App& app, const std::string& option, Value& target, Parse parse,
                  const std::string& type_name, const std::string& description) {
  app.add_option_function<std::string>(
         option,
         [&target, parse, option](const std::string& text) {
           auto value = parse(text);
           if (!value.ok()) {
             const auto message = value.status().message();
             throw CLI::ValidationError(option, std::string(message.data(), message.size()));
           }
           target = *std::move(value);
         },
         description)
      ->type_name(type_name);
}

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_CLI_OPTIONS_H_
