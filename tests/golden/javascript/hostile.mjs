const endpoint = "https://api.anthropic.com/v1/messages";
const apiKey = process.env.ANTHROPIC_API_KEY;
if (!apiKey) throw new Error("Please set ANTHROPIC_API_KEY.");

const response = await fetch(endpoint, {
  method: "POST",
  redirect: "manual",
  headers: {
    "x-api-key": apiKey,
    "anthropic-version": "2023-06-01",
    "content-type": "application/json",
  },
  body: JSON.stringify({
    model: "claude-opus-5-5",
    max_tokens: 100,
    system: `It's "quoted" '''triple''' """double""" \`tick\` \`\`\` \${x} \${{x}} $(touch canary) \`touch canary\` $HOME !! %s {0} {{v}}
'; touch canary; '
"; touch canary; "
EOF
JSON
HEREDOC
  JSON
\\
\\\\
\\n \\' \\" \\\` \\\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}
a\tb\r
c\rd\x00e\x01\x07\x08\x0c\x1b[31m\x7f\x85\xa0\xad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe
😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \u{e0001} \u{10ffff} 🫶
</script><!-- --> */ // # @file

trailing space\x20
\t

"""`,
    stop_sequences: [
      "'",
      '"',
      "\\",
      "\n",
      '"""',
      "'''",
      "`",
      "${",
      "\x00",
      "'\"",
      "$(touch canary)",
      "@file",
    ],
    metadata: { user_id: "'; touch canary #" },
    "$(touch canary)": {
      "`touch canary`": "'''",
      '"""': "\\",
      "${process.exit(7)}": "\u2028",
      "'; touch canary; '": "😀",
    },
    messages: [
      {
        role: "user",
        content: `It's "quoted" '''triple''' """double""" \`tick\` \`\`\` \${x} \${{x}} $(touch canary) \`touch canary\` $HOME !! %s {0} {{v}}
'; touch canary; '
"; touch canary; "
EOF
JSON
HEREDOC
  JSON
\\
\\\\
\\n \\' \\" \\\` \\\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}
a\tb\r
c\rd\x00e\x01\x07\x08\x0c\x1b[31m\x7f\x85\xa0\xad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe
😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \u{e0001} \u{10ffff} 🫶
</script><!-- --> */ // # @file

trailing space\x20
\t

"""\\`,
      },
      {
        role: "assistant",
        content: `It's "quoted" '''triple''' """double""" \`tick\` \`\`\` \${x} \${{x}} $(touch canary) \`touch canary\` $HOME !! %s {0} {{v}}
'; touch canary; '
"; touch canary; "
EOF
JSON
HEREDOC
  JSON
\\
\\\\
\\n \\' \\" \\\` \\\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}
a\tb\r
c\rd\x00e\x01\x07\x08\x0c\x1b[31m\x7f\x85\xa0\xad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe
😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \u{e0001} \u{10ffff} 🫶
</script><!-- --> */ // # @file

trailing space\x20
\t

""""`,
      },
      {
        role: "user",
        content: [
          {
            type: "text",
            text: `@It's "quoted" '''triple''' """double""" \`tick\` \`\`\` \${x} \${{x}} $(touch canary) \`touch canary\` $HOME !! %s {0} {{v}}
'; touch canary; '
"; touch canary; "
EOF
JSON
HEREDOC
  JSON
\\
\\\\
\\n \\' \\" \\\` \\\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}
a\tb\r
c\rd\x00e\x01\x07\x08\x0c\x1b[31m\x7f\x85\xa0\xad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe
😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \u{e0001} \u{10ffff} 🫶
</script><!-- --> */ // # @file

trailing space\x20
\t

"""\``,
          },
          { type: "text", text: "\n" },
          {
            type: "text",
            text: `







































$`,
          },
          {
            type: "text",
            text: `\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
`,
          },
          { type: "text", text: "{" },
          {
            type: "text",
            text: `""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""
''''''''''''''''''''''''''''''''''''''''''''''''''''''''''''`,
          },
          {
            type: "text",
            text: `\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\
\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\`,
          },
        ],
      },
    ],
  }),
});
if (response.ok) {
  const message = await response.json();
  for (const block of message.content) {
    if (block.type === "text") console.log(block.text);
  }
} else {
  console.error(response.status, await response.text());
  process.exitCode = 1;
}
