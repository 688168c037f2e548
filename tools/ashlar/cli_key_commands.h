// The command lines of get, has, put and del.
//
// Owns: their arguments. Does not own: the form of KEY (key_text.h), which only a dataset knows,
// nor of JSON (row_text.h). Only command_line.cc includes it, as all that knows CLI11.
#ifndef ASHLAR_TOOLS_ASHLAR_CLI_KEY_COMMANDS_H_
#define ASHLAR_TOOLS_ASHLAR_CLI_KEY_COMMANDS_H_

#include <string>

#include "tools/ashlar/cli_common_options.h"
#include "tools/ashlar/row_text.h"

namespace ashlar::tools {

inline void AddKey(CLI::App& app, std::string& key) {
  app.add_option("KEY", key,
                 "Value of the key field, binary as base64; of several fields a JSON array")
      ->required();
}

inline void Define(CLI::App& app, GetCommand& command) {
  AddStore(app, command.store);
  AddDataset(app, command.dataset);
  AddKey(app, command.key);
  AddAt(app, command.at);
  AddFormat(app, command.format);
}

inline void Define(CLI::App& app, PutCommand& command) {
  AddStore(app, command.store);
  AddDataset(app, command.dataset);
  AddKey(app, command.key);
  AddQueryText(app, "JSON", command.row, CheckRowText, "OBJECT",
               "The whole row; key fields may be left out");
  app.get_option("JSON")->required();
  AddFormat(app, command.format);
}

inline void Define(CLI::App& app, DeleteCommand& command) {
  AddStore(app, command.store);
  AddDataset(app, command.dataset);
  AddKey(app, command.key);
  AddFormat(app, command.format);
}

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_CLI_KEY_COMMANDS_H_
