// The replica set of the compose file, and a user for each service with its own database alone.
const members = [1, 2, 3].map((number) => ({ _id: number, host: `store-${number}:27017` }));
try {
  rs.status();
} catch {
  rs.initiate({ _id: "otm", members });
}
while (!db.hello().isWritablePrimary && !db.hello().primary) sleep(500);
if (!db.hello().isWritablePrimary) {
  print(`primary is ${db.hello().primary}: the users are made there by a later run`);
  quit(1);
}
const passwords = JSON.parse(fs.readFileSync("/run/secrets/store.users", "utf8"));
for (const [name, pwd] of Object.entries(passwords)) {
  const roles = [{ role: "readWrite", db: `otm_${name}` }];
  const there = db.getSiblingDB("admin").getUser(name);
  db.getSiblingDB("admin")[there ? "updateUser" : "createUser"](...(there ? [name, { pwd, roles }] : [{ user: name, pwd, roles }]));
}
