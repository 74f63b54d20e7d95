"""Files that are neither sockets nor captures: references, trust stores, the shipped facts.

`reference` puts a `model.reference.Reference` together: of the facts that ship with the package
(`shipped` and `ct_logs`, in ``data/``), the user's own (`reference_file`), pins of the command line
(`pins`) and trust stores. `chrome_ct_logs` renews the list of logs from Chrome's.

Proxy settings lie in the environment (`proxy_environment`), in .NET's `machine_config`, in PAC scripts
(`pac_file`, `pac_answer`) and in the registry of Windows (`internet_settings`, `connection_settings`).
"""
