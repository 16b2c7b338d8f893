from config.ports import port_settings
from services.external.caller import Ports
from services.external.port_contracts import PaymentsPort
from services.external.port_sandbox import SandboxPayments
from services.external.ports.payments import RealPayments

payments_port: PaymentsPort = (
    RealPayments()
    if port_settings.payments_adapter == "real"
    else SandboxPayments(port_settings.payments_adapter.partition(":")[2])
)

PORTS: Ports = {
    "payments.authorize": payments_port.authorize,
}
