data "aws_caller_identity" "current" {}

# CloudWatch may not use the key that AWS keeps for topics.
resource "aws_kms_key" "alarms" {
  description         = "Alarms of ${local.name}"
  enable_key_rotation = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "owner", Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }, Action = "kms:*", Resource = "*" },
      { Sid = "alarms", Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = ["kms:Decrypt", "kms:GenerateDataKey*"], Resource = "*" },
    ]
  })
}

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = aws_kms_key.alarms.arn
}

resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

locals {
  balancer = { LoadBalancer = aws_lb.main.arn_suffix, TargetGroup = aws_lb_target_group.server.arn_suffix }
  database = { DBInstanceIdentifier = aws_db_instance.main.identifier }

  alarms = {
    servers-unhealthy = {
      namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount", statistic = "Maximum", above = 0, minutes = 3, dimensions = local.balancer
    }
    servers-fail = {
      namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", statistic = "Sum", above = 10, minutes = 5, dimensions = local.balancer
    }
    balancer-fails = {
      namespace = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", statistic = "Sum", above = 10, minutes = 5, dimensions = { LoadBalancer = aws_lb.main.arn_suffix }
    }
    database-busy = {
      namespace = "AWS/RDS", metric = "CPUUtilization", statistic = "Average", above = 80, minutes = 10, dimensions = local.database
    }
    database-connections = {
      namespace = "AWS/RDS", metric = "DatabaseConnections", statistic = "Maximum", above = 17 * (2 * var.servers), minutes = 5, dimensions = local.database
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "above" {
  for_each            = local.alarms
  alarm_name          = "${local.name}-${each.key}"
  comparison_operator = "GreaterThanThreshold"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  threshold           = each.value.above
  period              = 60
  evaluation_periods  = each.value.minutes
  dimensions          = each.value.dimensions
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Where no server has ever come up there is nothing to measure.
resource "aws_cloudwatch_metric_alarm" "no_server" {
  alarm_name          = "${local.name}-no-server"
  comparison_operator = "LessThanThreshold"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  statistic           = "Minimum"
  threshold           = 1
  period              = 60
  evaluation_periods  = 2
  dimensions          = local.balancer
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "database_space" {
  alarm_name          = "${local.name}-database-space"
  comparison_operator = "LessThanThreshold"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  statistic           = "Minimum"
  threshold           = 4 * 1024 * 1024 * 1024
  period              = 300
  evaluation_periods  = 2
  dimensions          = local.database
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
