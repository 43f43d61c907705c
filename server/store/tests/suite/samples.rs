//! Records with something in every field.

use model::{
    Timestamp,
    application::Application,
    certificate::CertificateInfo,
    connection::{ApiKeyPlace, Authentication, Connection, Environment, Header, HttpMethod},
    id::{
        ApplicationId, ConnectionId, HttpRequestId, InboundUserId, IntegrationId, MessageId, ProcessId,
        TransactionId, UserId, VariableId,
    },
    inbound_user::InboundUser,
    integration::{Integration, MessageFormat, ServiceType},
    message::{Direction, Message},
    permission::Role,
    process::Process,
    transaction::{ProcessState, RequestState, TransactionRow, TransactionState},
    user::User,
    variable::Variable,
};
use store::{Db, http_request::StoredRequest, transaction::NewTransaction};
use uuid::Uuid;

use crate::world::{unique, write};

/// A new id, later ones greater.
pub fn id<T: From<Uuid>>() -> T {
    T::from(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(unique()),
    ))
}

pub fn application() -> Application {
    Application {
        id: id(),
        name: "Default".into(),
        key: format!("default-{}", unique()),
        description: "Everything".into(),
        version: 1,
        created: Timestamp(1),
        created_by: "admin".into(),
        updated: Timestamp(2),
        updated_by: "designer".into(),
    }
}

pub fn process(application: ApplicationId) -> Process {
    Process {
        id: id(),
        application,
        name: "Incident".into(),
        api_name: format!("incident-{}", unique()),
        description: "Ünïcode ✓".into(),
        version: 1,
        created: Timestamp(1),
        created_by: "admin".into(),
        updated: Timestamp(2),
        updated_by: "designer".into(),
    }
}

pub fn integration(application: ApplicationId, process: ProcessId) -> Integration {
    Integration {
        id: id(),
        application,
        process,
        name: format!("Jira {}", unique()),
        system: "Jira".into(),
        company: "Example".into(),
        description: String::new(),
        service_type: ServiceType::Rest,
        message_format: MessageFormat::Xml,
        last_active_connection: None,
        version: 1,
        created: Timestamp(1),
        created_by: "admin".into(),
        updated: Timestamp(2),
        updated_by: "designer".into(),
    }
}

pub fn connection(application: ApplicationId, integration: IntegrationId, name: &str) -> Connection {
    Connection {
        id: id(),
        application,
        integration,
        name: name.into(),
        environment: Environment::PreProduction,
        description: "**Test**".into(),
        endpoint_url: "https://example.com/api".into(),
        instance_name: "dev".into(),
        authentication: Authentication::ApiKey,
        user: "somebody".into(),
        oauth_profile: None,
        api_key_place: ApiKeyPlace::Query,
        api_key_name: "key".into(),
        mutual_auth: true,
        protocol_profile: None,
        inbound_user: None,
        test_method: HttpMethod::Head,
        test_path: "health".into(),
        expected_statuses: vec![200, 401],
        test_declared: true,
        connect_timeout_ms: Some(1000),
        request_timeout_ms: None,
        rate_limit: Some(60),
        concurrency: None,
        extra_headers: vec![Header {
            name: "X-A".into(),
            value: "b\"c".into(),
        }],
        active: false,
        enabled_at: None,
        disabled_at: Some(Timestamp(7)),
        disabled_by: "admin".into(),
        proof_reset_at: Timestamp(5),
        version: 1,
        created: Timestamp(1),
        created_by: "admin".into(),
        updated: Timestamp(2),
        updated_by: "designer".into(),
    }
}

pub fn inbound_user(application: ApplicationId) -> InboundUser {
    InboundUser {
        id: id(),
        application,
        name: "Jira caller".into(),
        user_id: format!("jira-{}", unique()),
        description: "posts".into(),
        active: true,
        password_set_at: Timestamp(3),
        password_set_by: "admin".into(),
        version: 1,
        created: Timestamp(1),
        created_by: "admin".into(),
        updated: Timestamp(2),
        updated_by: "designer".into(),
        password_last_used: None,
        allowed: vec![
            model::inbound_user::Way::Basic,
            model::inbound_user::Way::Certificate,
        ],
    }
}

pub fn variable(connection: ConnectionId, key: &str) -> Variable {
    Variable {
        id: id::<VariableId>(),
        connection,
        key: key.into(),
        value: "123".into(),
        description: "A number".into(),
        secret: false,
        version: 1,
        updated: Timestamp(2),
        updated_by: "designer".into(),
    }
}

/// What is shown of a certificate.
pub fn certificate() -> CertificateInfo {
    CertificateInfo {
        subject: "CN=switchboard".into(),
        issuer: "CN=Authority".into(),
        sans: vec!["switchboard.example.com".into()],
        serial: "01".into(),
        not_before: Timestamp(1),
        not_after: Timestamp(2),
        fingerprint: "AB:CD".into(),
        key: "EC P-256".into(),
    }
}

pub fn message(integration: IntegrationId, name: &str) -> Message {
    Message {
        id: id::<MessageId>(),
        integration,
        name: name.into(),
        description: String::new(),
        method: HttpMethod::Post,
        path: "/issue/${KEY}".into(),
        headers: vec![Header {
            name: "Accept".into(),
            value: "*/*".into(),
        }],
        active: true,
        version: 1,
        created: Timestamp(1),
        created_by: "admin".into(),
        updated: Timestamp(2),
        updated_by: "designer".into(),
    }
}

pub fn user(name: &str) -> User {
    User {
        id: id::<UserId>(),
        name: name.into(),
        role: Role::Administrator,
        created: Timestamp(1),
        last_login: None,
    }
}

pub fn transaction() -> NewTransaction {
    NewTransaction {
        row: TransactionRow {
            id: id::<TransactionId>(),
            number: 0,
            replay: 0,
            direction: Direction::Outbound,
            state: TransactionState::Queued,
            process_state: ProcessState::Pending,
            integration: None,
            integration_name: "Jira".into(),
            connection: None,
            connection_name: "Test".into(),
            environment: Some(Environment::Test),
            process_name: "Incident".into(),
            message_name: "create".into(),
            message_id: format!("m-{}", unique()),
            created: Timestamp(1000),
            created_by: "admin".into(),
            finished: None,
            last_status: None,
            error: String::new(),
        },
        headers: vec![("content-type".into(), "application/json".into())],
        body: vec![0, 1, 255],
        content_type: "application/json".into(),
        process: None,
        inbound_user: None,
        body_hash: vec![9; 32],
    }
}

pub fn request(transaction: TransactionId, connection: Option<ConnectionId>) -> StoredRequest {
    StoredRequest {
        id: id::<HttpRequestId>(),
        transaction,
        connection,
        attempt: 1,
        state: RequestState::Ready,
        method: "POST".into(),
        url: "https://example.com/api".into(),
        request_headers: vec![("a".into(), "b".into())],
        request_body: b"{}".to_vec(),
        request_size: 2,
        request_type: "application/json".into(),
        status: None,
        response_headers: Vec::new(),
        response_body: Vec::new(),
        response_size: 0,
        response_type: String::new(),
        response_truncated: false,
        error: String::new(),
        started: None,
        duration_ms: None,
    }
}

/// A designed integration, stored.
#[derive(Clone)]
pub struct Designed {
    pub application: Application,
    pub process: Process,
    pub integration: Integration,
    pub user: InboundUser,
    pub test: Connection,
    pub production: Connection,
}

/// Stores an application, a process, an integration, an inbound user and two connections.
pub async fn designed(db: &Db) -> Designed {
    let application = application();
    let process = process(application.id);
    let integration = integration(application.id, process.id);
    let user = inbound_user(application.id);
    let test = connection(application.id, integration.id, "Test");
    let production = connection(application.id, integration.id, "Production");
    let all = Designed {
        application,
        process,
        integration,
        user,
        test,
        production,
    };
    let new = all.clone();
    write!(db, |tx| {
        store::application::insert(tx, &new.application).await?;
        store::process::insert(tx, &new.process).await?;
        store::integration::insert(tx, &new.integration).await?;
        store::inbound_user::insert(tx, &new.user, "hash").await?;
        store::connection::insert(tx, &new.test).await?;
        store::connection::insert(tx, &new.production).await
    })
    .expect("stored");
    all
}

/// An inbound user's id that no record has.
pub fn nobody() -> InboundUserId {
    id()
}
