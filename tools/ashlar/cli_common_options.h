// Arguments that many commands share: STORE, DATASET, --at and --format.
//
// Owns: their names and words. Does not own: which command takes which. Only command_line.cc
// includes it, as all that knows CLI11.
#ifndef ASHLAR_TOOLS_ASHLAR_CLI_COMMON_OPTIONS_H_
#define ASHLAR_TOOLS_ASHLAR_CLI_COMMON_OPTIONS_H_

#include <string>

#include "tools/ashlar/cli_options.h"
#include "tools/ashlar/option_text.h"
#include "tools/ashlar/options.h"

namespace ashlar::tools {

inline void AddStore(CLI::App& app, std::string& store) {
  app.add_option("STORE", store, "Directory of the store")->required();
}

inline void AddDataset(CLI::App& app, std::string& dataset) {
  app.add_option("DATASET", dataset, "Name of the dataset")->required();
}

inline void AddAt(CLI::App& app, std::string& at) {
  AddParsed(app, "--at", at, ParseNonEmpty, "VERSION|TAG|TIME",
            "Version, tag or RFC 3339 time; default: the newest");
}

inline void AddFormat(CLI::App& app, OutputFormat& format, const std::string& option = "--format") {
  AddChoice<OutputFormat>(app, option, format,
                          {{"table", OutputFormat::kTable},
                           {"json", OutputFormat::kJson},
                           {"jsonl", OutputFormat::kJsonl},
                           {"csv", OutputFormat::kCsv}},
                          "Form of the result");
}

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_CLI_COMMON_OPTIONS_H_
