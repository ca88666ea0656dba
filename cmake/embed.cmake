# cmake -DNAMES="a;b" -DFILES="x y;z" -DOUT=parts.c -P embed.cmake: texts as C strings, `const char a[]`
# of files x and y one after the other, b of z. As bytes: no compiler limits their length, nothing in
# them means anything to C.
set(code "/* Made by cmake/embed.cmake. */\n")
foreach(name files IN ZIP_LISTS NAMES FILES)
    set(hex "")
    separate_arguments(files UNIX_COMMAND "${files}")
    foreach(file ${files})
        file(READ "${file}" part HEX)
        string(APPEND hex "${part}")
    endforeach()
    string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
    string(APPEND code "extern const char ${name}[];\nconst char ${name}[] = {\n${bytes}0};\n")
endforeach()
file(WRITE "${OUT}" "${code}")
