//! The shop's deployment for Kubernetes is what Kubernetes takes, by schemas that no one here wrote, and what the programs do:
//! ports, probes, times and names agree. And its caller loses no call while the servers are replaced one after the other.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use protocall::health::{HealthClient, HealthListRequest};
use protocall_examples::DRAIN;
use protocall_tests::authority::Folder;
use protocall_tests::peer;
use protocall_tests::program::{Running, built, finish, free_port, workspace};
use serde_json::{Value, json};

/// What is to be left of a pod's time when it has drained.
const RESERVE: u64 = 5;

fn text(name: &str) -> String {
    fs::read_to_string(workspace().join("examples/kubernetes").join(name)).expect("the file is there")
}

/// What the validator says of YAML: the documents, and what is wrong with them.
fn validated(texts: &[String]) -> Vec<(Vec<Value>, Vec<String>)> {
    let folder = Folder::new();
    let files = texts.iter().enumerate().map(|(number, text)| folder.write(&format!("{number}.yaml"), text));
    let output = finish(peer::command("kubernetes_check.py").args(files));
    let judged: Vec<Value> = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let words =
        |value: &Value| list(value).iter().map(|word| word.as_str().unwrap_or("?").to_owned()).collect();
    judged.iter().map(|one| (list(&one["documents"]), words(&one["wrong"]))).collect()
}

/// The deployment of the repository, with something replaced.
fn changed(from: &str, to: &str) -> String {
    let shop = text("shop.yaml");
    assert!(shop.contains(from), "{from:?} is not in the file");
    shop.replacen(from, to, 1)
}

#[test]
fn kubernetes_schemas_take_it_and_refuse_what_is_wrong() {
    for (documents, wrong) in validated(&[text("shop.yaml"), text("caller.yaml")]) {
        assert_eq!(wrong, [""; 0]);
        assert!(!documents.is_empty());
    }
    let mistakes = [
        ("apiVersion: apps/v1", "apiVersion: apps/v9"),
        ("kind: PodDisruptionBudget", "kind: PodBudget"),
        ("replicas: 3", "replicas: three"),
        ("containerPort: 50051", "containerPort: fifty"),
        ("terminationGracePeriodSeconds: 30", "terminationGraceSeconds: 30"),
        ("          readinessProbe:\n            grpc:", "          readinessProbe:\n            grcp:"),
        ("              service: ecommerce.v1.ProductService", "              service: 7"),
        ("seconds: 10", "seconds: ten"),
        (r#"drop: ["ALL"]"#, "drop: ALL"),
        ("  selector:\n    matchLabels:\n      app.kubernetes.io/name: shop\n  strategy:", "  strategy:"),
        ("  replicas: 3", "   replicas: 3"),
    ];
    let texts: Vec<String> = mistakes.iter().map(|(from, to)| changed(from, to)).collect();
    for ((_, wrong), (_, to)) in validated(&texts).iter().zip(mistakes) {
        assert!(!wrong.is_empty(), "{to:?} was taken");
    }
}

/// The documents of a kind and name.
fn find<'a>(documents: &'a [Value], kind: &str, name: &str) -> &'a Value {
    let is = |document: &&Value| document["kind"] == kind && document["metadata"]["name"] == name;
    documents.iter().find(is).unwrap_or(&Value::Null)
}

/// What of the deployment is at odds with itself, its caller or the programs. `known` are the services that the shop's health
/// knows.
fn disagreements(shop: &[Value], caller: &[Value], known: &[String]) -> Vec<String> {
    let deployment = find(shop, "Deployment", "shop");
    let pod = &deployment["spec"]["template"];
    let container = &pod["spec"]["containers"][0];
    let mut found = ports(shop, container);
    found.extend(probes(container, known));

    let sleep = container["lifecycle"]["preStop"]["sleep"]["seconds"].as_u64().unwrap_or_default();
    let grace = pod["spec"]["terminationGracePeriodSeconds"].as_u64().unwrap_or_default();
    if grace < sleep + DRAIN.as_secs() + RESERVE {
        found.push(format!("of {grace} seconds {sleep} pass before SIGTERM, and draining takes {DRAIN:?}"));
    }

    let labels = &pod["metadata"]["labels"];
    let budget = find(shop, "PodDisruptionBudget", "shop");
    let selectors =
        [&deployment["spec"]["selector"]["matchLabels"], &budget["spec"]["selector"]["matchLabels"]];
    let services = shop.iter().filter(|document| document["kind"] == "Service");
    let selectors = services.map(|service| &service["spec"]["selector"]).chain(selectors);
    found.extend(
        selectors.filter(|selector| *selector != labels).map(|selector| format!("selects {selector}")),
    );
    if budget["spec"]["maxUnavailable"].as_u64() >= deployment["spec"]["replicas"].as_u64() {
        found.push("all replicas may be gone at a time".to_owned());
    }

    let target =
        &find(caller, "Deployment", "shop-caller")["spec"]["template"]["spec"]["containers"][0]["args"][0];
    let headless = find(shop, "Service", "shop-headless");
    let port = &headless["spec"]["ports"][0]["port"];
    if *target != json!(format!("--addr=dns:///shop-headless:{port}"))
        || headless["spec"]["clusterIP"] != "None"
    {
        found.push(format!("the caller calls {target}, which is not the name of all replicas"));
    }
    found
}

fn ports(shop: &[Value], container: &Value) -> Vec<String> {
    let port = &container["ports"][0];
    let address = format!("--addr=[::]:{}", port["containerPort"]);
    let mut found = Vec::new();
    if container["args"][0] != address.as_str() {
        found.push(format!("it listens at {}, and its port is {port}", container["args"][0]));
    }
    for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
        if container[probe]["grpc"]["port"] != port["containerPort"] {
            found.push(format!("{probe} asks {}", container[probe]["grpc"]));
        }
    }
    for service in shop.iter().filter(|document| document["kind"] == "Service") {
        let target = &service["spec"]["ports"][0]["targetPort"];
        if *target != port["name"] && *target != port["containerPort"] {
            found.push(format!("{} leads to the port {target}", service["metadata"]["name"]));
        }
    }
    let image = text("Dockerfile");
    if !image.contains(&format!("EXPOSE {}\n", port["containerPort"])) {
        found.push("the image exposes another port".to_owned());
    }
    found
}

fn probes(container: &Value, known: &[String]) -> Vec<String> {
    let probes = ["startupProbe", "readinessProbe", "livenessProbe"].into_iter();
    let asked = probes.map(|probe| container[probe]["grpc"]["service"].as_str().unwrap_or_default());
    let unknown = asked.filter(|name| !known.iter().any(|known| known == name));
    unknown.map(|name| format!("the health of the server knows no {name:?}")).collect()
}

#[test]
fn the_deployment_agrees_with_the_programs() {
    let wrong = [
        ("args: [\"--addr=[::]:50051\"", "args: [\"--addr=[::]:8080\""),
        ("containerPort: 50051", "containerPort: 50052"),
        (
            "livenessProbe:\n            grpc:\n              port: 50051",
            "livenessProbe:\n            grpc:\n              port: 1",
        ),
        ("service: ecommerce.v1.ProductService", "service: ecommerce.v1.Products"),
        ("terminationGracePeriodSeconds: 30", "terminationGracePeriodSeconds: 12"),
        ("seconds: 10", "seconds: 28"),
        ("targetPort: grpc", "targetPort: http"),
        ("clusterIP: None", "type: ClusterIP"),
        ("name: shop-headless", "name: shop-replicas"),
        (
            "  selector:\n    app.kubernetes.io/name: shop\n",
            "  selector:\n    app.kubernetes.io/name: store\n",
        ),
        ("maxUnavailable: 1", "maxUnavailable: 3"),
    ];
    let mut texts = vec![text("caller.yaml"), text("shop.yaml")];
    texts.extend(wrong.iter().map(|(from, to)| changed(from, to)));
    let mut documents = validated(&texts).into_iter().map(|(documents, _)| documents);
    let (caller, shop) = (documents.next().unwrap(), documents.next().unwrap());

    // The program with the arguments of its container, on another address.
    let container = &find(&shop, "Deployment", "shop")["spec"]["template"]["spec"]["containers"][0];
    let arguments = container["args"].as_array().unwrap().iter();
    let arguments: Vec<String> =
        arguments.map(|argument| argument.as_str().unwrap().replace("[::]:50051", "127.0.0.1:0")).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let server = Running::start(built("shop_server"), &arguments);
    let known = known_services(&server);

    assert_eq!(disagreements(&shop, &caller, &known), [""; 0]);
    for (documents, (_, to)) in documents.zip(wrong) {
        assert!(!disagreements(&documents, &caller, &known).is_empty(), "{to:?} was not noticed");
    }
}

fn known_services(server: &Running) -> Vec<String> {
    let health = HealthClient::connect(format!("http://{}", server.address)).build();
    let listed = protocall::run(async { health?.list(HealthListRequest::default()).await });
    listed.expect("the shop tells of its health").statuses.into_keys().collect()
}

#[test]
fn the_image_has_the_programs_that_run_in_it() {
    let image = text("Dockerfile");
    for (file, program) in [("shop.yaml", "shop_server"), ("caller.yaml", "shop_caller")] {
        assert!(text(file).contains(&format!("command: [\"/{program}\"]")), "{file}");
        assert!(image.contains(&format!("--bin {program}")), "{program} is not built");
        assert!(image.contains(&format!("/target/release/{program} ")), "{program} is not copied");
        assert!(built(program).is_file());
    }
}

#[test]
fn the_guide_quotes_what_is_there() {
    let guide = fs::read_to_string(workspace().join("runtime/src/guide/kubernetes.md")).unwrap();
    let files = [text("shop.yaml"), text("caller.yaml")];
    let quotes: Vec<&str> =
        guide.split("```yaml\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    assert!(quotes.len() >= 4);
    for quote in quotes {
        let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
        let quote = lines(quote);
        let is_there = files.iter().any(|file| lines(file).windows(quote.len()).any(|part| part == quote));
        assert!(is_there, "no file has:\n{}", quote.join("\n"));
    }
}

#[test]
fn the_caller_loses_no_call_while_the_servers_are_replaced() {
    let shop = built("shop_server");
    let start = |address: &str| Running::start(&shop, &["--quiet", "--addr", address]);
    let addresses: Vec<String> = (2..5).map(|place| format!("127.0.0.{place}:{}", free_port())).collect();
    let mut servers: Vec<Running> = addresses.iter().map(|address| start(address)).collect();
    let mut caller = Command::new(built("shop_caller"));
    caller.arg(format!("--addr=static:{}", addresses.join(",")));
    let caller = caller.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    for (place, address) in addresses.iter().enumerate() {
        // As `minReadySeconds` has it: the clients have found the one that was replaced before.
        std::thread::sleep(Duration::from_secs(2));
        let ended = servers.remove(place).terminate();
        assert!(ended.success(), "{ended}");
        servers.insert(place, start(address));
    }
    std::thread::sleep(Duration::from_secs(1));
    finish(Command::new("kill").arg("-TERM").arg(caller.id().to_string()));
    let output = caller.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let last = said.lines().last().unwrap_or_default();
    let calls = last.strip_suffix(" calls, 0 failed").and_then(|calls| calls.parse::<u64>().ok());
    assert!(calls.is_some_and(|calls| calls > 100), "{said}");
}
