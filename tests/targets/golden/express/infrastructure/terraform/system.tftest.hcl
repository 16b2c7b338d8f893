# Nothing is made: every resource is a mock. `terraform test`
mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/start" }
  }

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/x/1" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/x/1" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:123456789012:key/x" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:123456789012:x" }
  }

  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:eu-central-1:123456789012:task-definition/x:1" }
  }
}

variables {
  environment     = "production"
  image           = "registry.example.com/shop@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
  alarm_email     = "operations@example.com"
}

run "production_can_be_taken_back_and_is_not_lost" {
  assert {
    condition     = aws_db_instance.main.backup_retention_period >= 7
    error_message = "The database cannot be taken back to any second of the last week."
  }

  assert {
    condition     = aws_db_instance.main.deletion_protection && !aws_db_instance.main.skip_final_snapshot && aws_db_instance.main.multi_az
    error_message = "The database of production may be lost."
  }

  assert {
    condition     = aws_db_instance.main.storage_encrypted && !aws_db_instance.main.publicly_accessible
    error_message = "The database is open, or not encrypted."
  }
}

run "servers_are_reached_through_the_balancer_alone" {
  assert {
    condition     = aws_vpc_security_group_ingress_rule.server.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.database.cidr_ipv4 == null
    error_message = "A server or the database hears addresses, not groups."
  }

  assert {
    condition     = aws_lb_target_group.server.health_check[0].path == "/readyz"
    error_message = "Work is sent to servers that may not be able to do it."
  }

  assert {
    condition     = aws_ecs_service.server.deployment_minimum_healthy_percent == 100 && aws_ecs_service.server.desired_count >= 2
    error_message = "A release takes servers away before there are new ones."
  }
}

run "no_secret_is_a_plain_variable" {
  assert {
    condition     = alltrue([for each in jsondecode(aws_ecs_task_definition.server.container_definitions)[0].environment : !contains(local.server_secrets, each.name)])
    error_message = "A secret stands in the task definition."
  }
}

run "an_image_by_its_tag_is_refused" {
  command = plan

  variables {
    image = "registry.example.com/shop:latest"
  }

  expect_failures = [var.image]
}

run "one_server_alone_is_refused" {
  command = plan

  variables {
    servers = 1
  }

  expect_failures = [var.servers]
}
